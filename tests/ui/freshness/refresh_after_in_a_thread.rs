// A cache of one thread has no background.
use memofn::memoize;

#[memoize(refresh_after = "1m", scope = "thread")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
