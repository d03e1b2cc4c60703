// What is left out of the key is not there to compute again.
use memofn::memoize;

#[memoize(refresh_after = "1m", skip(n))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
