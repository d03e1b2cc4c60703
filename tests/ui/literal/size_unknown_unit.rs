// No such unit of size.
use memofn::memoize;

#[memoize(max_weight = "64 buckets")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
