// More hours than a duration can hold.
use memofn::memoize;

#[memoize(ttl = "99999999999999999999999h")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
