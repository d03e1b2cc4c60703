// An unbounded cache has no capacity.
use memofn::memoize;

#[memoize(policy = "unbounded", capacity = 128)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_parameters();
}
