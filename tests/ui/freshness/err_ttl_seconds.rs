// An expression is a `Duration`.
use memofn::memoize;

#[memoize(err_ttl = u64::from(5_u8))]
fn half(n: u32) -> Result<u32, String> {
    n.checked_div(2).ok_or_else(|| "odd".to_owned())
}

fn main() {
    let _ = half(3);
    half_cache_clear();
}
