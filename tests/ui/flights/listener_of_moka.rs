// A word of another crate.
use memofn::memoize;

#[memoize(eviction_listener = gone)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
