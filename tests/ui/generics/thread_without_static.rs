// A thread's cache outlives the call, too.
use memofn::memoize;

#[memoize(scope = "thread")]
fn count<T: std::hash::Hash + Eq + Clone>(value: T) -> u32 {
    drop(value);
    1
}

fn main() {
    count(1);
}
