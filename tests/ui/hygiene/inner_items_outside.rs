// The items inside the expansion can't be named from outside.
use memofn::memoize;

#[memoize]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    let _ = (
        &CACHE,
        &SITE,
        &MEMO,
        &SQUARE,
        &SQUARE_CACHE,
        &__MEMOFN_SQUARE,
        &square::CACHE,
    );
}
