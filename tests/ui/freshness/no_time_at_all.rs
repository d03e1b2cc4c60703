// A literal of zero is no lifetime.
use memofn::memoize;

#[memoize(err_ttl = "0s", refresh_after = "0ms", stale_if_error = "0h", ttl = "1m")]
fn half(n: u32) -> Result<u32, String> {
    n.checked_div(2).ok_or_else(|| "odd".to_owned())
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
