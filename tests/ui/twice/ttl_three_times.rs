// `ttl` stands three times.
use memofn::memoize;

#[memoize(ttl = "1s", ttl = "2s", ttl = "3s")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
