// The name that `functools.lru_cache` gives to `capacity`.
use memofn::memoize;

#[memoize(maxsize = 128)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_remove(3);
}
