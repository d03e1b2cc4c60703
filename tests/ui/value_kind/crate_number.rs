// `crate` is a path.
use memofn::memoize;

#[memoize(crate = 3)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
