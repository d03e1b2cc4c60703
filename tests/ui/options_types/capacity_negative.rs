// A capacity isn't negative.
use memofn::memoize;

#[memoize(capacity = -1)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
