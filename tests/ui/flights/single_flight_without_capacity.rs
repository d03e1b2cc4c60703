// With no capacity every call computes.
use memofn::memoize;

#[memoize(single_flight = true, capacity = 0)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
