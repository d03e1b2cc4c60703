// No wait at all has an option of its own.
use memofn::memoize;

#[memoize(max_wait = "0s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
