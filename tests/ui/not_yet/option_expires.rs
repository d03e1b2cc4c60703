// A later version has `expires`; this one has not.
use memofn::memoize;

#[memoize(expires = |_: &u32| None)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
