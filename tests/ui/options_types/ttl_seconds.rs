// A lifetime is a `Duration`, not a number of seconds.
use memofn::memoize;

const SECONDS: u64 = 30;

#[memoize(ttl = SECONDS)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
