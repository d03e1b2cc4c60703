// One argument is named twice.
use memofn::memoize;

#[memoize(skip(a, a))]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_cache_info();
}
