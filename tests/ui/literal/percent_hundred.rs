// Lifetimes shortened by up to the whole.
use memofn::memoize;

#[memoize(ttl = "30s", jitter = "100%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
