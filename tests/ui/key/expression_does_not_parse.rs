// A key expression that is none.
use memofn::memoize;

#[memoize(key = n +)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
