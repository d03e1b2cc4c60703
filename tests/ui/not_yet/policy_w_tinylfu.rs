// A later version has the policy `"w-tinylfu"`; this one has not.
use memofn::memoize;

#[memoize(policy = "w-tinylfu", capacity = 10)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
