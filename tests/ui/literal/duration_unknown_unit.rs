// No such unit of time.
use memofn::memoize;

#[memoize(ttl = "3 fortnights")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
