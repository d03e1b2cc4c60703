// A later option and an unknown one.
use memofn::memoize;

#[memoize(store = "disk", frobnicate = 2, policy = "sieve")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
