// An unbounded cache has no bound on weight either.
use memofn::memoize;

#[memoize(max_weight = "1MiB", policy = "unbounded")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_remove(3);
}
