// The attribute itself stands twice.
use memofn::memoize;

#[memoize]
#[memoize(capacity = 2)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
