// A negative share would lengthen lifetimes.
use memofn::memoize;

#[memoize(ttl = "30s", jitter = "-10%")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
