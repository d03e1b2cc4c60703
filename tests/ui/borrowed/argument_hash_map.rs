// A `HashMap` is no key, and this one borrows too.
use memofn::memoize;
use std::collections::HashMap;

#[memoize]
fn total(prices: HashMap<&str, u8>) -> usize {
    prices.len()
}

fn main() {
    total(HashMap::from([("a", 1)]));
    total_cache_clear();
}
