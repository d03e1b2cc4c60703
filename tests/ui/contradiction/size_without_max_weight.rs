// `"size"` evicts the largest entry, and nothing bounds the weight.
use memofn::memoize;

#[memoize(policy = "size", capacity = 128)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_uncached(3);
}
