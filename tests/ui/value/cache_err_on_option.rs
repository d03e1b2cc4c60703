// `cache_err` on what is no `Result`: an `Option` has no `Err`.
use memofn::memoize;

#[memoize(cache_err)]
fn half(n: u32) -> Option<u32> {
    n.is_multiple_of(2).then_some(n / 2)
}

fn main() {
    half(3);
    half_cache_clear();
}
