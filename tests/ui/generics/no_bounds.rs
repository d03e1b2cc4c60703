// A type parameter without any bound.
use memofn::memoize;

#[memoize]
fn count<T>(value: T) -> u32 {
    drop(value);
    1
}

fn main() {
    count(1);
}
