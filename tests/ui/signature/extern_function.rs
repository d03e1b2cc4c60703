// A function with a foreign calling convention.
use memofn::memoize;

#[memoize]
extern "C" fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
