// It is written out.
use memofn::memoize;

#[memoize(single_flight = cfg!(debug_assertions))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
