// A comma is missing between two options.
use memofn::memoize;

#[memoize(policy = "lru" capacity = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
