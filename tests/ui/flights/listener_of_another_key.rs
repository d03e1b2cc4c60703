// A listener takes the key as it is stored.
use memofn::memoize;

#[memoize(on_evict = gone)]
fn square(n: u32) -> u32 {
    n * n
}

fn gone(_: &str, _: &u32, _: memofn::Cause) {}

fn main() {
    square(3);
    square_cache_clear();
}
