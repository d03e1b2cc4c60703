// An option twice, an unknown one and an unknown name in `skip`.
use memofn::memoize;

#[memoize(capacity = 1, capacity = 2, frobnicate, skip(z))]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_cache_info();
}
