// Thirty of what?
use memofn::memoize;

#[memoize(ttl = "30")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
