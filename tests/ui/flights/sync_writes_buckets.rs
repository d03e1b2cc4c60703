// A word of another crate.
use memofn::memoize;

#[memoize(sync_writes_buckets = 10)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
