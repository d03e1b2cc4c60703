// A name is a string.
use memofn::memoize;

#[memoize(name = 7)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
