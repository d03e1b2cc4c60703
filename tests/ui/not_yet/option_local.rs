// A later version has `local`; this one has not.
use memofn::memoize;

#[memoize(local(capacity = 10))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
