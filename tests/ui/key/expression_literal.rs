// A key that is the same for every call.
use memofn::memoize;

#[memoize(key = 1.5)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
