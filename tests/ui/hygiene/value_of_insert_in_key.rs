// `value` is an argument of the insert helper only, and not the key's to use.
use memofn::memoize;

#[memoize(key = value)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_insert(3, 9);
}
