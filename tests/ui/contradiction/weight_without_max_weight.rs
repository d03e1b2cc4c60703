// Entries are weighed, but nothing bounds the weight.
use memofn::memoize;

#[memoize(weight = |_, _| 1)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
