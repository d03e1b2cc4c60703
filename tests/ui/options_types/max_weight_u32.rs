// A bound on weight is a `u64`.
use memofn::memoize;

#[memoize(max_weight = 1000_u32)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
