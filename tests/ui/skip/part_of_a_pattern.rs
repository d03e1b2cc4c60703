// A pattern has no name: a part of an argument can't be skipped.
use memofn::memoize;

#[memoize(skip(a))]
fn sum((a, b): (u32, u32), c: u32) -> u32 {
    a + b + c
}

fn main() {
    sum((1, 2), 3);
    sum_cache_clear();
}
