// A later version has stores with names; this one has not.
use memofn::memoize;

#[memoize(store = "disk")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
