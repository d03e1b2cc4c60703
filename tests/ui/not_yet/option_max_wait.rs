// A later version has `max_wait`; this one has not.
use memofn::memoize;

#[memoize(max_wait = "1s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
