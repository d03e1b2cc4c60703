// A later version has `none_ttl`; this one has not.
use memofn::memoize;

#[memoize(none_ttl = "1s")]
fn half(n: u32) -> Option<u32> {
    if n % 2 == 0 { Some(n / 2) } else { None }
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
