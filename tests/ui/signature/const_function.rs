// A `const fn` has no cache at compile time.
use memofn::memoize;

#[memoize]
const fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
