// There is no `ttl` for `jitter` to shorten.
use memofn::memoize;

#[memoize(jitter = "10%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
