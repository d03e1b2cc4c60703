// `err_ttl` on what is no `Result`; tokens tell that a `u32` is none, and the types still say it.
use memofn::memoize;

#[memoize(err_ttl = "5s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
