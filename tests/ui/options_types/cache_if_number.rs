// `cache_if` gives a `bool`.
use memofn::memoize;

#[memoize(cache_if = |n| *n)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
