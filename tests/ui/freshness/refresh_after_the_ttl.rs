// What is over can't be refreshed.
use memofn::memoize;

#[memoize(ttl = "1m", refresh_after = "60s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
