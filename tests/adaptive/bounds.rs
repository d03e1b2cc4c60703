//! Capacity, weight and time hold, whatever happens.

use crate::work::{cache, call, looping, popular};
use memofn::{Cache, Policy, memoize};
use proptest::prelude::*;
use std::time::Duration;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Stores, hits, removals, clears and changes of capacity, in any order.
    #[test]
    fn never_more_than_the_capacity(
        ops in proptest::collection::vec((0_u8..12, 0_u64..300), 1..1500),
        first in 1_usize..100,
    ) {
        let cache = cache(Policy::Adaptive, first);
        let mut capacity = first;
        for (op, n) in ops {
            match op {
                0 => drop(cache.remove(&n)),
                1 if n < 3 => cache.clear(),
                2 if n % 8 == 0 => {
                    capacity = n as usize / 2 + 1;
                    cache.set_capacity(capacity);
                }
                _ => prop_assert_eq!(cache.get_or_insert_with(&n, || n * 3), n * 3),
            }
            prop_assert!(cache.len() <= capacity);
            }
        prop_assert!(cache.iter().all(|(key, value)| value == key * 3));
        // The last one stored isn't the one that leaves for it.
        cache.insert(1000, 0);
        prop_assert_eq!(cache.get(&1000), Some(0));
    }
}

#[test]
fn tiny_ones() {
    for capacity in 1..=3 {
        let cache = cache(Policy::Adaptive, capacity);
        call(&cache, &popular(0, 20, 5_000));
        assert_eq!(cache.len(), capacity);
        // One more than fits: all but one round, a hit for each but one of those that can stay.
        let hits = call(&cache, &looping(100, capacity as u64 + 1, 5_000));
        assert!(capacity == 1 || hits > 0, "{hits} with {capacity}");
    }
}

#[test]
fn weight_alone_bounds_it() {
    let cache = Cache::builder()
        .policy(Policy::Adaptive)
        .max_weight(20_000)
        .weight(|_: &u64, value: &u64| value % 90 + 10)
        .build();
    for key in popular(0, 5_000, 50_000) {
        cache.get_or_insert_with(&key, || key);
        assert!(cache.info().weight <= 20_000);
    }
    let many = cache.len();
    // Heavy ones, then light ones: it holds fewer, then many.
    for key in (0..3_000).map(|n| n * 90 + 89) {
        cache.insert(key, key);
    }
    let few = cache.len();
    // They come back, and so they get the room.
    for key in (0..10_000).map(|n| n % 1_500 * 90) {
        cache.get_or_insert_with(&key, || key);
    }
    let now = cache.len();
    assert!(few < many && now > 3 * few, "{many}, {few}, {now}");
    assert!(cache.info().weight <= 20_000);
}

#[test]
fn up_and_down() {
    let cache = cache(Policy::Adaptive, 1_000);
    for (capacity, keys) in [(1_000, 1_100), (100, 150), (4_000, 4_100), (50, 60)] {
        cache.set_capacity(capacity);
        assert!(cache.len() <= capacity);
        let calls = 40 * keys as usize;
        let hits = call(&cache, &looping(keys << 20, keys, calls));
        let most = calls as u64 * (capacity as u64 - 1) / keys;
        assert_eq!(cache.len(), capacity);
        assert!(hits * 100 >= most * 75, "{hits} of {most} with {capacity}");
    }
}

#[test]
fn what_has_expired_leaves_first() {
    let cache = Cache::builder()
        .policy(Policy::Adaptive)
        .capacity(100)
        .ttl(Duration::from_millis(5))
        .build();
    for key in 0..1_000_u64 {
        cache.get_or_insert_with(&key, || key);
    }
    std::thread::sleep(Duration::from_millis(6));
    assert_eq!(cache.get(&999), None);
    for key in 0..1_000_u64 {
        cache.get_or_insert_with(&(key % 50), || key);
    }
    assert!(cache.len() <= 100);
    assert!(cache.info().expirations > 0);
}

#[memoize(policy = "adaptive", capacity = 1 << 40)]
fn huge(n: u64) -> u64 {
    n + 1
}

#[memoize(policy = "adaptive", capacity = 64, scope = "thread")]
fn own(n: u64) -> u64 {
    n + 1
}

#[test]
fn by_the_attribute() {
    for n in 0..10_000 {
        assert_eq!(huge(n), n + 1);
        assert_eq!(own(n % 66), n % 66 + 1);
    }
    assert_eq!(huge_cache_info().len, 10_000);
    assert!(own_cache_info().hits > 8_000);
    assert_eq!(own_cache_info().len, 64);
}
