// A duration has no sign.
use memofn::memoize;

#[memoize(ttl = "-5s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
