// An option in capitals.
use memofn::memoize;

#[memoize(TTL = "30s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_refresh(3);
}
