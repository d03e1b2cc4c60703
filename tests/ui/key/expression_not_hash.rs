// The type of a key expression is asked for the same.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq)]
struct Id(u32);

#[memoize(key = Id(n))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
    square_cache_clear();
}
