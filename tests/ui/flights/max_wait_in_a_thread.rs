// Nobody waits.
use memofn::memoize;

#[memoize(max_wait = "1s", scope = "thread")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
