// A later version has the policy `"s3-fifo"`; this one has not.
use memofn::memoize;

#[memoize(policy = "s3-fifo", capacity = 10)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
    square_cache_info();
}
