// `DefaultHasher` is a hasher, not what builds one.
use memofn::memoize;

#[memoize(hasher = std::hash::DefaultHasher)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
