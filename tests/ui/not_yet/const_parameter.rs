// A later version memoizes functions with const parameters; this one doesn't.
use memofn::memoize;

#[memoize]
fn times<const N: usize>(n: usize) -> usize {
    n * N
}

fn main() {
    times::<2>(3);
    times_uncached::<2>(3);
}
