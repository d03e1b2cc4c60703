// What only has a meaning with a store.
use memofn::memoize;

#[memoize(local(capacity = 10))]
fn one(n: u64) -> u64 {
    n
}

#[memoize(version = 2)]
fn two(n: u64) -> u64 {
    n
}

fn main() {
    one(1);
    two(1);
}
