// A share of more than the whole.
use memofn::memoize;

#[memoize(ttl = "30s", jitter = "150%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_parameters();
}
