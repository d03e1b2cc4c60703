// No scope at all.
use memofn::memoize;

#[memoize(scope = "galaxy")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
