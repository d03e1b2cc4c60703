// A hasher that isn't in scope.
use memofn::memoize;

#[memoize(hasher = NoSuchHasher)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
