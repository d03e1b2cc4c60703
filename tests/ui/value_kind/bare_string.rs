// A policy without its option.
use memofn::memoize;

#[memoize("lru")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
