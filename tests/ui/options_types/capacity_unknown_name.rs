// The capacity names a constant that doesn't exist.
use memofn::memoize;

#[memoize(capacity = NO_SUCH_CONSTANT)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_uncached(3);
    square_cache_refresh(3);
}
