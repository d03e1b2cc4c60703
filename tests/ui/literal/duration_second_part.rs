// The first part can be read, the second can't.
use memofn::memoize;

#[memoize(ttl = "1h 30")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
