// A capacity belongs to the cache: it can't depend on an argument.
use memofn::memoize;

#[memoize(capacity = n as usize)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
