// A policy without a name.
use memofn::memoize;

#[memoize(policy = "")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
