// A closure as the key: `key` is the expression itself, which its body shows.
use memofn::memoize;

#[memoize(key = |name: &str| name.len())]
fn length(name: &str) -> usize {
    name.len()
}

#[memoize(key = |a, b| {
    let sum = a + b;
    sum % 2
})]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    length("a");
    length_cache_clear();
    sum(1, 2);
    sum_cache_get(1, 2);
}
