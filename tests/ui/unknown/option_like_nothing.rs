// An option that resembles none.
use memofn::memoize;

#[memoize(frobnicate)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_uncached(3);
}
