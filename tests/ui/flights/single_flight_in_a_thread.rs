// In a cache of one thread no call waits for another.
use memofn::memoize;

#[memoize(single_flight = true, scope = "thread")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
