// A hasher implements `BuildHasher` and `Default`.
use memofn::memoize;

struct Fast;

#[memoize(hasher = Fast)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
    square_cache_clear();
}
