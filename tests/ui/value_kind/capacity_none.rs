// No bound is written by leaving it out.
use memofn::memoize;

#[memoize(capacity = None)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
