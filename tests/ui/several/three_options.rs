// Three mistakes in one attribute, all told at once.
use memofn::memoize;

#[memoize(capcity = 2, policy = "lur", ttl = "0s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
