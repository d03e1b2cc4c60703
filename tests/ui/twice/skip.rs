// `skip` stands twice; one list would do.
use memofn::memoize;

#[memoize(skip(a), skip(b))]
fn sum(a: u32, b: u32, c: u32) -> u32 {
    a + b + c
}

fn main() {
    sum(1, 2, 3);
    sum_uncached(1, 2, 3);
}
