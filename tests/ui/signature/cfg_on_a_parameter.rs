// A parameter that may be there or not.
use memofn::memoize;

#[memoize]
fn sum(a: u32, #[cfg(all())] b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_cache_clear();
}
