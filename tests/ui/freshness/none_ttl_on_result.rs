// `none_ttl` on what is no `Option`: a `Result` has no `None`.
use memofn::memoize;

#[memoize(none_ttl = "5s")]
fn half(n: u32) -> Result<u32, String> {
    n.checked_div(2).ok_or_else(|| "odd".to_owned())
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
