// A cache outlives what a type may borrow from.
use memofn::memoize;

#[memoize]
fn count<T: std::hash::Hash + Eq + Clone + Send + Sync>(value: T) -> u32 {
    drop(value);
    1
}

fn main() {
    count(1);
}
