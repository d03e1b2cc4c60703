// `cache_err` is a flag and takes no value.
use memofn::memoize;

#[memoize(cache_err = "yes")]
fn half(n: u32) -> Result<u32, String> {
    if n % 2 == 0 {
        Ok(n / 2)
    } else {
        Err("odd".to_string())
    }
}

fn main() {
    let _ = half(3);
}
