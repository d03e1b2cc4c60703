// A scope is a string.
use memofn::memoize;

#[memoize(scope = thread)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
