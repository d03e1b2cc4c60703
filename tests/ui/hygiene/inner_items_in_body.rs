// Nor from the body.
use memofn::memoize;

#[memoize]
fn square(n: u32) -> u32 {
    let _ = (&CACHE, &SITE, &MEMO, &__MEMOFN_CACHE, &__MEMOFN_SITE);
    n * n
}

fn main() {
    square(3);
}
