// What stands behind a reference is made owned, and kept.
use memofn::memoize;

#[memoize]
fn count<T: std::hash::Hash + Eq + Clone>(value: &T) -> u32 {
    let _ = value;
    1
}

fn main() {
    count(&1);
}
