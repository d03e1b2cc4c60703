// A later version has `err_ttl`; this one has not.
use memofn::memoize;

#[memoize(err_ttl = "1s")]
fn half(n: u32) -> Result<u32, String> {
    if n % 2 == 0 {
        Ok(n / 2)
    } else {
        Err("odd".to_string())
    }
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
