// A scope that is misspelt.
use memofn::memoize;

#[memoize(scope = "tread")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
