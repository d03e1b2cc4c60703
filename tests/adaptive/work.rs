//! Sequences of calls, and how many of them can be hits.

use memofn::{LocalCache, Policy};
use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, DefaultHasher};

/// A cache with the same hashes and the same luck in each run.
pub(crate) fn cache(policy: Policy, capacity: usize) -> LocalCache<u64, u64> {
    LocalCache::builder()
        .policy(policy)
        .capacity(capacity)
        .seed(1)
        .hasher(BuildHasherDefault::<DefaultHasher>::default())
        .build_local()
}

/// The same, bounded by weight.
pub(crate) fn weighed(
    policy: Policy,
    most: u64,
    weight: impl Fn(&u64) -> u64 + Send + Sync + 'static,
) -> LocalCache<u64, u64> {
    LocalCache::builder()
        .policy(policy)
        .max_weight(most)
        .weight(move |_: &u64, value: &u64| weight(value))
        .seed(1)
        .hasher(BuildHasherDefault::<DefaultHasher>::default())
        .build_local()
}

/// Calls all keys; how many were hits.
pub(crate) fn call(cache: &LocalCache<u64, u64>, keys: &[u64]) -> u64 {
    let before = cache.info().hits;
    for key in keys {
        assert_eq!(cache.get_or_insert_with(key, || key * 3), key * 3);
    }
    cache.info().hits - before
}

/// Most hits there can be: the entry that is asked for again last leaves (Belady, 1966).
pub(crate) fn opt(keys: &[u64], capacity: usize) -> u64 {
    let mut next = vec![usize::MAX; keys.len()];
    let mut seen = HashMap::new();
    for (at, key) in keys.iter().enumerate().rev() {
        next[at] = seen.insert(*key, at).unwrap_or(usize::MAX);
    }
    let (mut stored, mut order, mut hits) = (HashMap::new(), BTreeSet::new(), 0);
    for (key, next) in keys.iter().zip(next) {
        if let Some(old) = stored.insert(*key, next) {
            order.remove(&(old, *key));
            hits += 1;
        } else if stored.len() > capacity {
            let (_, last) = order.pop_last().unwrap();
            stored.remove(&last);
        }
        order.insert((next, *key));
    }
    hits
}

/// A loop over so many keys.
pub(crate) fn looping(first: u64, keys: u64, calls: usize) -> Vec<u64> {
    (first..first + keys).cycle().take(calls).collect()
}

/// Each key a few times, not far from each other, and never again.
pub(crate) fn recent(first: u64, calls: usize, distance: u64) -> Vec<u64> {
    let keys = (0..).flat_map(|n: u64| [n + 2 * distance, n + distance, n]);
    keys.map(|key| first + key).take(calls).collect()
}

/// Few keys often, many seldom: a Zipf distribution, from a fixed seed.
pub(crate) fn popular(first: u64, keys: u64, calls: usize) -> Vec<u64> {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let key = |share: f64| first + ((keys as f64 + 1.0).powf(share) - 1.0) as u64;
    (0..calls).map(|_| key(uniform())).collect()
}
