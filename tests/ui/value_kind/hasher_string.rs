// A hasher is a type, not a string.
use memofn::memoize;

#[memoize(hasher = "fxhash")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
