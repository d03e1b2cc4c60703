// The body sees no local names of the expansion.
use memofn::memoize;

#[memoize]
fn square(n: u32) -> u32 {
    let _ = (key, cache, value, hash, args, site, body);
    n * n
}

fn main() {
    square(3);
}
