// `helpers` takes `false` or a visibility.
use memofn::memoize;

#[memoize(helpers = "none")]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
