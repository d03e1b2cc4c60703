// An option that can't be read doesn't hide the next one.
use memofn::memoize;

#[memoize(capacity = , policy = "lur")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
