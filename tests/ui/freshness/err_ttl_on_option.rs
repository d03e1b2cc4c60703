// `err_ttl` on what is no `Result`: an `Option` has no `Err`.
use memofn::memoize;

#[memoize(err_ttl = "5s")]
fn square(n: u32) -> Option<u32> {
    n.checked_mul(n)
}

fn main() {
    square(3);
    square_cache_clear();
}
