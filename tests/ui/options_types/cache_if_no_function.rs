// `cache_if` is asked for each value: a constant is no predicate.
use memofn::memoize;

#[memoize(cache_if = true)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
