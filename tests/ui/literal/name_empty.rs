// A name without a letter.
use memofn::memoize;

#[memoize(name = "")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
