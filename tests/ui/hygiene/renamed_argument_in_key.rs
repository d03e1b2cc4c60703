// Nor is it the key expression's to use.
use memofn::memoize;

#[memoize(key = __memofn_arg0)]
fn sum((a, b): (u8, u8)) -> u8 {
    a + b
}

fn main() {
    sum((1, 2));
}
