// A later version has `refresh_after`; this one has not.
use memofn::memoize;

#[memoize(ttl = "1m", refresh_after = "30s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
