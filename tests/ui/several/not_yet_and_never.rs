// A later option and an unknown one.
use memofn::memoize;

#[memoize(version = 2, frobnicate = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
