// An option inside the list of arguments.
use memofn::memoize;

#[memoize(skip(a, capacity = 2))]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_cache_clear();
}
