// `impl Trait` as the value.
use memofn::memoize;

#[memoize]
fn numbers(n: u32) -> impl Iterator<Item = u32> + Clone {
    0..n
}

fn main() {
    numbers(3).count();
}
