// A later version has `scope`; this one has not.
use memofn::memoize;

#[memoize(scope = "thread")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
