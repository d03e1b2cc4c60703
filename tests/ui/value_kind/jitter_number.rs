// A share is written `"10%"`.
use memofn::memoize;

#[memoize(ttl = "30s", jitter = 0.1)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
