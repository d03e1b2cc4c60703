// A lifetime is a `Duration`, not a moment.
use memofn::memoize;
use std::time::Instant;

#[memoize(tti = Instant::now())]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
