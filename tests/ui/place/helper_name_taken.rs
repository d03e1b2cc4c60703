// Another function has the name of a helper.
use memofn::memoize;

#[memoize]
fn square(n: u32) -> u32 {
    n * n
}

fn square_cache_info() -> u32 {
    0
}

fn main() {
    square(3);
}
