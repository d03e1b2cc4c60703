// A later version has `on_evict`; this one has not.
use memofn::memoize;

#[memoize(on_evict = gone)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
