// The key is a `String` to the weigher, not a `u32`.
use memofn::memoize;

fn weigh(key: &u32, value: &usize) -> u64 {
    u64::from(*key) + *value as u64
}

#[memoize(max_weight = "1KiB", weight = weigh)]
fn length(text: &str) -> usize {
    text.len()
}

fn main() {
    length("a");
    length_cache_clear();
}
