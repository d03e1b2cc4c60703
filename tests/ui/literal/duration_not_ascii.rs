// The unit of this duration isn't ASCII, nor one we know.
use memofn::memoize;

#[memoize(ttl = "5 секунд")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
