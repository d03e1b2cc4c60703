// A policy with two letters swapped.
use memofn::memoize;

#[memoize(policy = "lur", capacity = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
