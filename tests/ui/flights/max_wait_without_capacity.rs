// Where nothing is stored nobody waits for another's result.
use memofn::memoize;

#[memoize(max_wait = "1s", capacity = 0)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_clear();
}
