// A share of nothing.
use memofn::memoize;

#[memoize(ttl = "30s", jitter = "0%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
