// An empty list skips nothing.
use memofn::memoize;

#[memoize(skip())]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
