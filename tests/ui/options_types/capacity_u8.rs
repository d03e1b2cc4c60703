// A capacity is a `usize`.
use memofn::memoize;

#[memoize(capacity = "a".len() as u8)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
    square_cache_clear();
}
