// `cache_err` on what is no `Result`.
use memofn::memoize;

#[memoize(cache_err)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
