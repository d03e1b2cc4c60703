// With `helpers = false` there are no helpers.
use memofn::memoize;

#[memoize(helpers = false)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
