// References inside a map are not looked through.
use memofn::memoize;
use std::collections::BTreeMap;

#[memoize]
fn total(prices: &BTreeMap<&str, u32>) -> u32 {
    prices.values().sum()
}

fn main() {
    total(&BTreeMap::from([("a", 1)]));
    total_cache_clear();
}
