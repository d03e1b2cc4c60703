// The flag `cache_err` stands twice.
use memofn::memoize;

#[memoize(cache_err, cache_err)]
fn half(n: u32) -> Result<u32, String> {
    if n % 2 == 0 {
        Ok(n / 2)
    } else {
        Err("odd".to_string())
    }
}

fn main() {
    let _ = half(3);
    let _ = half_cache_get(3);
}
