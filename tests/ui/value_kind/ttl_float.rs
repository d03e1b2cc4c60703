// A number with a fraction has no unit either.
use memofn::memoize;

#[memoize(ttl = 60.0)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
