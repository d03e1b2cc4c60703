// The name of a policy is a string, not a number.
use memofn::memoize;

#[memoize(policy = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
