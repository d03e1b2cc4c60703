//! Clearing and resizing leak nothing: arrays, chunks and queues are used again.

use crate::heap::in_use;
use crate::scaled;
use crate::subject::{Living, Text};
use memofn::{Cache, Policy};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

const POLICIES: [Policy; 8] = [
    Policy::Lru,
    Policy::Lfu,
    Policy::Fifo,
    Policy::Random,
    Policy::Sieve,
    Policy::S3Fifo,
    Policy::WTinyLfu,
    Policy::Adaptive,
];

fn store(cache: &Cache<u32, u32>, keys: std::ops::Range<u32>) {
    for key in keys {
        cache.insert(key, key);
    }
}

/// Once the first rounds have shown how much is needed, later ones need no more.
fn uses_no_more_than_at_first(rounds: u32, mut round: impl FnMut()) {
    (0..20).for_each(|_| round());
    let before = in_use();
    (0..scaled(rounds)).for_each(|_| round());
    let more = in_use() - before;
    assert!(more <= 4 << 10, "{more} bytes more after {rounds} rounds");
}

#[test]
fn ten_thousand_clears() {
    for policy in POLICIES {
        let cache: Cache<u32, u32> = Cache::builder().policy(policy).capacity(100).build();
        uses_no_more_than_at_first(10_000, || {
            store(&cache, 0..10);
            cache.clear();
        });
    }
}

#[test]
fn clears_of_a_cache_without_a_bound() {
    let cache: Cache<u32, u32> = Cache::unbounded();
    uses_no_more_than_at_first(100, || {
        store(&cache, 0..500);
        cache.clear();
    });
}

#[test]
fn clears_of_a_cache_whose_entries_expire() {
    let hour = Duration::from_secs(3_600);
    let cache: Cache<u32, u32> = Cache::builder().ttl(hour).tti(hour).build();
    uses_no_more_than_at_first(1_000, || {
        store(&cache, 0..10);
        (0..10).for_each(|key| assert_eq!(cache.get(&key), Some(key)));
        cache.clear();
    });
}

#[test]
fn shrinking_and_growing() {
    for policy in POLICIES {
        let cache: Cache<u32, u32> = Cache::builder().policy(policy).capacity(300).build();
        uses_no_more_than_at_first(100, || {
            store(&cache, 0..300);
            cache.set_capacity(10);
            assert_eq!(cache.len(), 10);
            cache.set_capacity(300);
        });
    }
}

#[test]
fn caches_that_come_and_go() {
    let living = Living::default();
    uses_no_more_than_at_first(300, || {
        let cache = Cache::new(50);
        for key in 0..100 {
            let key = format!("{key}");
            cache
                .get_or_insert_with(&key, || Text::of(&key, &living))
                .check(&key);
        }
        drop(cache);
        assert_eq!(living.load(Relaxed), 0);
    });
}
