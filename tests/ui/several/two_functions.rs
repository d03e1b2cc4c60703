// Each of two functions has a mistake, and each is told.
use memofn::memoize;

#[memoize(policy = "lur")]
fn square(n: u32) -> u32 {
    n * n
}

#[memoize(ttl = "soon")]
fn cube(n: u32) -> u32 {
    n * square(n)
}

fn main() {
    cube(3);
    square_cache_clear();
    cube_cache_clear();
}
