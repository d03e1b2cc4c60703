// The arguments can't be made again from a key of one's own.
use memofn::memoize;

#[memoize(refresh_after = "1m", key = n / 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
