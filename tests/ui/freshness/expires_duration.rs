// `expires` is asked for each value; the same for all is `ttl`.
use memofn::memoize;

#[memoize(expires = "5s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
