// Without a `ttl` nothing gets stale; that of a single value is not enough.
use memofn::memoize;

#[memoize(stale_if_error = "1h", expires = |_| None)]
fn half(n: u32) -> Result<u32, String> {
    n.checked_div(2).ok_or_else(|| "odd".to_owned())
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
