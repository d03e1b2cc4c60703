// The path in `crate` leads nowhere.
use memofn::memoize;

#[memoize(crate = crate::no_such_module)]
fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    square(3);
}
