// `stale_if_error` on what is no `Result`: an `Option` has no `Err`.
use memofn::memoize;

#[memoize(ttl = "1m", stale_if_error = "1h")]
fn square(n: u32) -> Option<u32> {
    n.checked_mul(n)
}

fn main() {
    square(3);
    square_cache_clear();
}
