// A policy that doesn't exist.
use memofn::memoize;

#[memoize(policy = "belady")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_insert(3, 9);
}
