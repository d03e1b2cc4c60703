// An option is one word, not a path.
use memofn::memoize;

#[memoize(cache::capacity = 128)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
