// `none_ttl` on what is no `Option`.
use memofn::memoize;

#[memoize(none_ttl = "5s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
