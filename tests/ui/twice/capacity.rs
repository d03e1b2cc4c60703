// `capacity` stands twice.
use memofn::memoize;

#[memoize(capacity = 1, capacity = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
