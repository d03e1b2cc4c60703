// `crate` is a path, not a string.
use memofn::memoize;

#[memoize(crate = "memofn")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
