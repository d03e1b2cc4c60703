// `functools` tells `3` and `3.0` apart only with `typed`; here types always do.
use memofn::memoize;

#[memoize(typed = true)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
