// A later version has `single_flight`; this one has not.
use memofn::memoize;

#[memoize(single_flight = false)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
