// `cfg_attr` on a parameter decides as late as `cfg` does.
use memofn::memoize;

#[memoize]
fn sum(a: u32, #[cfg_attr(all(), cfg(all()))] b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_cache_clear();
}
