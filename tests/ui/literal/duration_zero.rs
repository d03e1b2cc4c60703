// A lifetime of zero stores nothing.
use memofn::memoize;

#[memoize(ttl = "0s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
