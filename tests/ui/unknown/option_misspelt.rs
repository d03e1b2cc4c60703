// An option with a slip of the pen: `capcity` for `capacity`.
use memofn::memoize;

#[memoize(capcity = 128)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
    square_cache_info();
}
