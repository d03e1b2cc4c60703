// A pattern has no name; the one that the expansion gives it is not the body's to use.
use memofn::memoize;

#[memoize]
fn sum((a, b): (u8, u8)) -> u8 {
    a + b + __memofn_arg0.0
}

fn main() {
    sum((1, 2));
}
