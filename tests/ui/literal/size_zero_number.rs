// A bound of zero, as a bare number.
use memofn::memoize;

#[memoize(max_weight = 0)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
