// More bytes than a `u64` counts.
use memofn::memoize;

#[memoize(max_weight = "99999999999999999999GiB")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
