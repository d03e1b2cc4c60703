// No size at all.
use memofn::memoize;

#[memoize(max_weight = "")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
