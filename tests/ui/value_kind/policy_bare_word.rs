// The name of a policy is a string.
use memofn::memoize;

#[memoize(policy = lru)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
