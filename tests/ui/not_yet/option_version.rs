// A later version has `version`; this one has not.
use memofn::memoize;

#[memoize(version = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
