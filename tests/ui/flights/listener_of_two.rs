// A listener is told the cause, too.
use memofn::memoize;

#[memoize(on_evict = |_, _| {})]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
