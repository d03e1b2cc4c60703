// Nor inside a map.
use memofn::memoize;
use std::collections::BTreeMap;

#[memoize]
fn total(prices: &BTreeMap<String, f64>) -> f64 {
    prices.values().sum()
}

fn main() {
    total(&BTreeMap::new());
    total_cache_info();
}
