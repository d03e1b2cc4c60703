//! The queues that are repaired when it matters: they don't grow with what comes and goes, and what
//! they were not told of comes out right.

use crate::heap::in_use;
use crate::scaled;
use memofn::{Cache, CacheBuilder, Policy};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

fn store(cache: &Cache<u32, u32>, keys: std::ops::Range<u32>) {
    for key in keys {
        cache.insert(key, key);
    }
}

fn builders() -> Vec<CacheBuilder<u32, u32>> {
    let all = [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ];
    let policies = all.map(|policy| Cache::builder().policy(policy).capacity(1_000));
    let weigh = |_: &u32, value: &u32| u64::from(*value % 10 + 1);
    let size = Cache::builder().policy(Policy::Size).max_weight(10_000);
    let expiring = [
        Cache::builder().ttl(HOUR),
        Cache::builder().ttl(HOUR).jitter(0.5),
        Cache::builder().tti(HOUR),
        Cache::builder().ttl(HOUR).tti(HOUR).capacity(1_000),
    ];
    let mut builders: Vec<_> = policies.into_iter().chain(expiring).collect();
    builders.push(size.weight(weigh));
    builders
}

/// Each time a different part of the queue is left behind: the entry at its front, one at its end,
/// and one that was used and put back.
#[test]
fn storing_and_removing_does_not_grow_them() {
    for builder in builders() {
        let cache = builder.build();
        store(&cache, 0..5);
        let mut before = 0;
        let rounds = scaled(4_000);
        for round in 0..rounds {
            if round == rounds / 4 {
                before = in_use();
            }
            let key = 10 + round % 7;
            cache.insert(key, round);
            assert_eq!(cache.get(&key), Some(round));
            assert_eq!(cache.get(&(round % 5)), Some(round % 5));
            if round % 3 == 0 {
                // What it replaces leaves its record behind as well.
                cache.insert(round % 5, round % 5);
            }
            assert_eq!(cache.remove(&key), Some(round));
        }
        let more = in_use() - before;
        assert!(
            more <= 16 << 10,
            "{more} bytes more, {:?}",
            cache.parameters()
        );
        assert_eq!(cache.len(), 5);
    }
}

/// The first miss after all entries were used has all records to repair, and finds the right one.
#[test]
fn one_miss_after_many_distinct_hits() {
    let entries = scaled(50_000).max(100);
    let cache: Cache<u32, u32> = Cache::new(entries as usize);
    store(&cache, 0..entries);
    // From the last to the first, but for the 42nd, which is used last.
    for key in (0..entries).rev().filter(|key| *key != 42).chain([42]) {
        assert_eq!(cache.get(&key), Some(key));
    }
    for (stored, leaves) in (entries..).zip((entries - 20..entries).rev()) {
        assert!(cache.contains_key(&leaves));
        cache.insert(stored, stored);
        assert!(!cache.contains_key(&leaves));
        assert!(cache.contains_key(&(leaves - 1)) && cache.contains_key(&42));
    }
}

/// What a policy remembers of keys that have left is in proportion to what is stored: not to the capacity,
/// nor to how many keys there have been.
#[test]
fn what_is_remembered_is_bounded() {
    for policy in [
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        let before = in_use();
        let huge: Cache<u32, u32> = Cache::builder().policy(policy).capacity(1 << 40).build();
        store(&huge, 0..10);
        assert!(in_use() - before < 32 << 10, "{policy}");

        let entries = 1_000;
        let cache: Cache<u32, u32> = Cache::builder().policy(policy).capacity(entries).build();
        let before = in_use();
        for key in 0..scaled(100_000) {
            cache.insert(key, key);
            // Some come back after they have left.
            cache.insert(key.saturating_sub(1_500), key);
        }
        assert_eq!(cache.len(), entries);
        let each = (in_use() - before) / entries as i64;
        assert!(each <= 120, "{policy}: {each} bytes an entry");
        cache.set_capacity(10);
        store(&cache, 0..100);
        assert_eq!(cache.len(), 10);
    }
}
