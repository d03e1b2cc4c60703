//! Capacity, weight and time hold, whatever happens.

use crate::work::{cache, call, looping, popular, recent, weighed};
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
    let cache = weighed(Policy::Adaptive, 20_000, |value| value % 90 + 10);
    for key in popular(0, 5_000, 50_000) {
        cache.get_or_insert_with(&key, || key);
        assert!(cache.info().weight <= 20_000);
    }
    for key in (0..3_000).map(|n| n * 90 + 89) {
        cache.insert(key, key);
        assert!(cache.info().weight <= 20_000);
    }
    for key in (0..3_000).map(|n| n * 90) {
        cache.remove(&key);
    }
    let weight: u64 = cache.iter().map(|(_, value)| value % 90 + 10).sum();
    assert_eq!(cache.info().weight, weight);
}

#[test]
fn what_is_light_stays_where_heavy_ones_pass_by() {
    // A hundred light keys, each asked for once in a while, among heavy ones that come once.
    let keys = |n: u64| if n % 2 == 0 { n / 2 % 100 } else { 1_000 + n };
    let hits = |policy| {
        let cache = weighed(policy, 1_000, |value| if *value < 1_000 { 5 } else { 100 });
        for key in (0..20_000).map(keys) {
            cache.get_or_insert_with(&key, || key);
        }
        cache.info().hits
    };
    let (adaptive, lru) = (hits(Policy::Adaptive), hits(Policy::Lru));
    // All light ones fit, but for the room of a heavy one.
    assert!(adaptive > 9_500 && lru < 1_000, "{adaptive}, {lru}");
}

#[test]
fn weights_that_are_equal_leave_a_loop_its_hits() {
    let hits = |policy| {
        let cache = weighed(policy, 5_000, |_| 10);
        for key in (0..600).cycle().take(30_000) {
            cache.get_or_insert_with(&key, || key);
        }
        cache.info().hits
    };
    // 499 of 600 could be.
    assert!(hits(Policy::Adaptive) > 30_000 * 3 / 4);
    assert_eq!(hits(Policy::Lru), 0);
}

#[test]
fn weights_and_a_change_of_taste() {
    // What was popular isn't any more: without ageing the old ones would stay.
    let cache = weighed(Policy::Adaptive, 2_000, |value| value % 9 + 1);
    for key in popular(0, 2_000, 60_000) {
        cache.get_or_insert_with(&key, || key);
    }
    for key in recent(1 << 20, 60_000, 50) {
        cache.get_or_insert_with(&key, || key);
    }
    let before = cache.info().hits;
    for key in recent(1 << 30, 60_000, 50) {
        cache.get_or_insert_with(&key, || key);
    }
    let hits = cache.info().hits - before;
    // Two of three could be.
    assert!(hits > 60_000 / 3, "{hits}");
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
