// A scope has to be named.
use memofn::memoize;

#[memoize(scope)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
