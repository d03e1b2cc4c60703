// A function as an argument, by trait.
use memofn::memoize;

#[memoize]
fn apply(f: &dyn Fn(u32) -> u32, n: u32) -> u32 {
    f(n)
}

fn main() {
    apply(&|n| n + 1, 2);
    apply_cache_clear();
}
