// Arguments are named as they are, not in quotation marks.
use memofn::memoize;

#[memoize(skip("a"))]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_uncached(1, 2);
}
