// No number before the percent sign.
use memofn::memoize;

#[memoize(ttl = "30s", jitter = "some%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
