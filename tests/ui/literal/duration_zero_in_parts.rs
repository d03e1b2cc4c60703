// Zero hours and zero minutes are zero.
use memofn::memoize;

#[memoize(tti = "0h 0m")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
