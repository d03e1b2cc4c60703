// `expires` takes the value by reference.
use memofn::memoize;

#[memoize(expires = lifetime)]
fn square(n: u32) -> u32 {
    n * n
}

fn lifetime(_: u32) -> Option<std::time::Duration> {
    None
}

fn main() {
    square(3);
    square_cache_clear();
}
