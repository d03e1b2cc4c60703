// Nested options are plain values.
use memofn::memoize;

#[memoize(none_ttl = "5s")]
fn square(n: u32) -> (u32, Option<u32>) {
    (n, None)
}

fn main() {
    square(3);
    square_cache_clear();
}
