// An engine needs its own one.
use memofn::memoize;

#[memoize(store = "redis", ttl = "5m")]
fn one(n: u64) -> u64 {
    n
}

fn main() {
    println!("{}", one(1));
}
