// A bound of zero bytes.
use memofn::memoize;

#[memoize(max_weight = "0MiB")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
