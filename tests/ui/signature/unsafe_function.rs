// What the caller has to promise can't be kept by a look-up.
use memofn::memoize;

#[memoize]
unsafe fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    unsafe { square(3) };
    square_cache_clear();
}
