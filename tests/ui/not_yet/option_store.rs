// A later version has `store`; this one has not.
use memofn::memoize;

#[memoize(store = "redis")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
