// A later version has `stale_if_error`; this one has not.
use memofn::memoize;

#[memoize(ttl = "1m", stale_if_error = "1h")]
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
