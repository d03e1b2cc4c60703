// All contradictions at once, each at another word.
use memofn::memoize;

#[memoize(
    skip(n), key = 1 + n, scope = "thread", ttl = "1m", refresh_after = "2m", cache_err, err_ttl = "1s",
    none_ttl = "1s", max_wait = "1s", single_flight = true
)]
fn half(n: u32) -> Result<u32, String> {
    n.checked_div(2).ok_or_else(|| "odd".to_owned())
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
