//! Values with lifetimes of their own.

use crate::{after_hours, alone, counts, hours};
use memofn::{Cache, Policy};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// A value says how many hours it lives.
fn own(value: &Option<u64>) -> Option<Duration> {
    value.map(hours)
}

#[test]
fn a_value_lives_as_long_as_it_says() {
    let _alone = alone();
    let cache = Cache::builder().expires(own).build();
    cache.insert("short", Some(10));
    cache.insert("long", Some(100));
    cache.insert("for ever", None);
    cache.insert("none", Some(0));
    assert_eq!(cache.len(), 3, "a lifetime of zero stores nothing");
    after_hours(9);
    assert_eq!(cache.get(&"short"), Some(Some(10)));
    after_hours(2);
    assert_eq!(cache.get(&"short"), None);
    assert_eq!(cache.get(&"long"), Some(Some(100)));
    assert_eq!(counts(cache.info()), (2, 1, 1, 2));
    after_hours(100);
    assert_eq!(counts(cache.info()), (2, 1, 2, 1));
    after_hours(100_000);
    assert_eq!(cache.get(&"for ever"), Some(None));
}

#[test]
fn without_one_of_its_own_it_lives_as_long_as_the_others() {
    let _alone = alone();
    let cache = Cache::builder().ttl(hours(50)).expires(own).build();
    cache.insert("short", Some(10));
    cache.insert("long", Some(100));
    cache.insert("any", None);
    after_hours(11);
    assert_eq!((cache.peek(&"short"), cache.len()), (None, 2));
    after_hours(40);
    assert_eq!((cache.peek(&"any"), cache.len()), (None, 1));
    after_hours(40);
    assert_eq!(cache.peek(&"long"), Some(Some(100)));
    after_hours(10);
    assert!(cache.is_empty());
}

#[test]
fn a_ttl_of_zero_stores_only_what_has_a_lifetime_of_its_own() {
    let _alone = alone();
    let cache = Cache::builder().ttl(hours(0)).expires(own).build();
    cache.insert(1, None);
    cache.insert(2, Some(1));
    assert_eq!(cache.iter().collect::<Vec<_>>(), [(2, Some(1))]);
    cache.set_capacity(10);
    cache.insert(3, Some(1));
    assert_eq!(cache.len(), 2);
}

#[test]
fn what_takes_the_place_of_a_value_has_a_lifetime_of_its_own() {
    let _alone = alone();
    let cache = Cache::builder().capacity(3).expires(own).build();
    cache.insert(1, Some(10));
    assert_eq!(cache.insert(1, Some(100)), Some(Some(10)));
    after_hours(50);
    assert_eq!(cache.insert(1, Some(0)), Some(Some(100)), "not stored");
    assert!(cache.is_empty());
    cache.insert(1, Some(10));
    after_hours(11);
    assert_eq!(cache.insert(1, Some(10)), None);
    assert_eq!(cache.info().expirations, 1);
    after_hours(11);
    assert_eq!(cache.remove(&1), None);
    assert_eq!(cache.info().expirations, 2);
}

#[test]
fn idleness_ends_it_too() {
    let _alone = alone();
    let cache = Cache::builder().tti(hours(10)).expires(own).build();
    cache.insert(1, Some(15));
    cache.insert(2, None);
    cache.insert(3, Some(1_000));
    after_hours(9);
    assert!(cache.get(&1).is_some() && cache.get(&2).is_some());
    after_hours(2);
    assert_eq!(cache.peek(&3), None);
    after_hours(5);
    assert_eq!(cache.peek(&1), None);
    assert!(cache.get(&2).is_some());
    assert_eq!(counts(cache.info()), (3, 0, 2, 1));
}

#[test]
fn jitter_shortens_no_lifetime_of_its_own() {
    let _alone = alone();
    let cache = Cache::builder()
        .ttl(hours(100))
        .jitter(1.0)
        .expires(own)
        .seed(7)
        .build();
    for key in 0..100 {
        cache.insert(key, Some(100));
    }
    for key in 100..200 {
        cache.insert(key, None);
    }
    after_hours(98);
    let own = cache.iter().filter(|(_, value)| value.is_some()).count();
    assert_eq!(own, 100);
    assert!((100..120).contains(&cache.len()));
}

/// Ends come in any order. The entries that are over leave first, whatever the policy says.
#[test]
fn what_is_over_first_leaves_first() {
    let _alone = alone();
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        let cache = Cache::builder()
            .policy(policy)
            .capacity(64)
            .expires(own)
            .build();
        // 37 has no factor in common with 64: each of 1..=64 once.
        for key in 0..64 {
            cache.insert(key, Some(1 + key * 37 % 64));
        }
        for hour in 1..=64 {
            after_hours(1);
            cache.insert(1_000 + hour, Some(1_000_000));
            let over = (0..64).filter(|key| !cache.contains_key(key)).count();
            assert_eq!((over as u64, cache.len()), (hour, 64), "{policy}");
        }
        let info = cache.info();
        assert_eq!((info.expirations, info.evictions), (64, 0), "{policy}");
        assert_eq!(info.len, 64);
    }
}

#[test]
fn it_is_asked_once_and_only_of_what_is_stored() {
    let _alone = alone();
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let cache = Cache::builder()
        .capacity(10)
        .cache_if(|value: &u32| *value > 0)
        .expires(|_| {
            ASKED.fetch_add(1, Relaxed);
            None
        })
        .build();
    for value in 0..3 {
        cache.get_or_insert_with(&value, || value);
        assert_eq!(cache.get(&value).is_some(), value > 0);
    }
    assert_eq!(ASKED.load(Relaxed), 2);
}

#[test]
fn a_panic_in_it_stores_nothing_and_it_may_use_the_cache() {
    let _alone = alone();
    use std::sync::OnceLock;
    static CACHE: OnceLock<Cache<u32, u32>> = OnceLock::new();
    let cache = CACHE.get_or_init(|| {
        Cache::builder()
            .capacity(10)
            .expires(|value| {
                assert!(*value != 13, "no lifetime");
                let cache = CACHE.get().unwrap();
                if *value > 0 {
                    cache.insert(value - 1, value - 1);
                }
                Some(hours(u64::from(*value)))
            })
            .build()
    });
    cache.insert(3, 3);
    assert_eq!(cache.len(), 3);
    for _ in 0..2 {
        let failed = catch_unwind(AssertUnwindSafe(|| cache.get_or_insert_with(&13, || 13)));
        assert!(failed.is_err());
        let failed = catch_unwind(AssertUnwindSafe(|| cache.insert(13, 13)));
        assert!(failed.is_err());
    }
    assert_eq!(counts(cache.info()), (0, 2, 0, 3));
}
