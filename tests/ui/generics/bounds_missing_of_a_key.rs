// A type parameter in the key has to be one that can be kept.
use memofn::memoize;

#[memoize]
fn count<T: std::hash::Hash + Eq + Clone>(value: T) -> u32 {
    drop(value);
    1
}

fn main() {
    count(1);
    count_cache_clear::<u32>();
}
