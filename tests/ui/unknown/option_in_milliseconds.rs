// A time in milliseconds, as other crates count it, with its unit.
use memofn::memoize;

#[memoize(ttl_millis = 250)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
