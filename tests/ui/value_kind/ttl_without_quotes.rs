// A duration with its unit, and no quotes around them.
use memofn::memoize;

#[memoize(ttl = 250ms)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
