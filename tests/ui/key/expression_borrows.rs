// A key expression that gives a reference into an argument: the cache outlives the argument.
use memofn::memoize;

#[memoize(key = (name.trim(), n))]
fn length(name: &str, n: u32) -> usize {
    name.len() + n as usize
}

fn main() {
    length("a", 1);
    length_cache_get("a", 1);
    length_cache_clear();
}
