// No duration at all.
use memofn::memoize;

#[memoize(ttl = "")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
