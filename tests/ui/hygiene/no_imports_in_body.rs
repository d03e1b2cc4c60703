// Nor the body.
use memofn::memoize;

#[memoize]
fn limit(n: u64) -> Duration {
    let cache: Option<Cache<u32, u32>> = None;
    drop(cache);
    Duration::from_secs(n)
}

fn main() {
    limit(3);
}
