// `"size"` with no bound at all.
use memofn::memoize;

#[memoize(policy = "size")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
