// `name` stands twice.
use memofn::memoize;

#[memoize(name = "a", name = "b")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
