// What another crate has an option for is the default here.
use memofn::memoize;

#[memoize(sync_writes = true)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_get(3);
}
