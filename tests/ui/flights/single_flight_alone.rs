// It has a value.
use memofn::memoize;

#[memoize(single_flight)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
