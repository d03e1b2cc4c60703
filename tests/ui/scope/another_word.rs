// Another word for a scope.
use memofn::memoize;

#[memoize(scope = "thread-local")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
