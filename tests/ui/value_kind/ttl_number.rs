// A bare number has no unit: `"30s"` does.
use memofn::memoize;

#[memoize(ttl = 30)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
