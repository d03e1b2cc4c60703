// `expires` gives an `Option`, since a value may have no lifetime of its own.
use memofn::memoize;

#[memoize(expires = |_| std::time::Duration::from_secs(1))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
