// A name without quotes.
use memofn::memoize;

#[memoize(name = my_name)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
