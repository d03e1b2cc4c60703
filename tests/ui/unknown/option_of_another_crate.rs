// An option that another crate has, and this one calls `ttl`.
use memofn::memoize;

#[memoize(time = 60)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_parameters();
}
