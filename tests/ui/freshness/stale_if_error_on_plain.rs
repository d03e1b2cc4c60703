// `stale_if_error` on what is no `Result`.
use memofn::memoize;

#[memoize(ttl = "1m", stale_if_error = "1h")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
