// `capacity = 128`, not `capacity(128)`.
use memofn::memoize;

#[memoize(capacity(128))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
