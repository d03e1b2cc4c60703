// A free function has no receiver.
use memofn::memoize;

#[memoize(skip(self))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
