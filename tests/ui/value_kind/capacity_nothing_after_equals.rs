// Nothing stands after the equals sign.
use memofn::memoize;

#[memoize(capacity =)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
