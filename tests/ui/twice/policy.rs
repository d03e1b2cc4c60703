// `policy` stands twice, with the same value.
use memofn::memoize;

#[memoize(policy = "lru", capacity = 2, policy = "lru")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
