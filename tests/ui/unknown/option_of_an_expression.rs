// The word of another crate, with an expression that stays as it is.
use memofn::memoize;

#[memoize(TimeToLive: std::time::Duration::from_secs(2))]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
