//! All causes, and all ways to them.

use crate::{Told, in_both_scopes};
use memofn::{Cache, Cause, Policy, testing};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

/// The clock is the whole process's: one test at a time moves it.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static CLOCK: Mutex<()> = Mutex::new(());
    CLOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn all(keys: impl Iterator<Item = u32>, cause: Cause) -> Vec<(u32, u32, Cause)> {
    keys.map(|key| (key, 10 * key, cause)).collect()
}

#[test]
fn evicted_by_a_store() {
    in_both_scopes!(
        |cache| cache.policy(Policy::Fifo).capacity(2),
        |cache, told| {
            for key in 1..=2 {
                cache.insert(key, 10 * key);
                assert_eq!(told.take(), []);
            }
            for key in 3..=100 {
                if key % 2 == 0 {
                    cache.insert(key, 10 * key);
                } else {
                    cache.get_or_insert_with(&key, || 10 * key);
                }
                assert_eq!(told.take(), all(key - 2..=key - 2, Cause::Evicted));
            }
            assert_eq!(cache.info().evictions, 98);
        }
    );
}

#[test]
fn evicted_by_every_policy() {
    for policy in [Policy::Lru, Policy::Lfu, Policy::Random, Policy::Size] {
        let told = Told::default();
        let builder = Cache::builder().policy(policy).capacity(10);
        let builder = told.by(builder).max_weight(1_000).weight(|_, _| 1);
        let cache = builder.build();
        for key in 0..100 {
            cache.insert(key, 10 * key);
        }
        let mut seen = told.take();
        assert!(seen.iter().all(|(_, _, cause)| *cause == Cause::Evicted));
        seen.extend(
            cache
                .iter()
                .map(|(key, value)| (key, value, Cause::Evicted)),
        );
        seen.sort_by_key(|(key, ..)| *key);
        assert_eq!(
            seen,
            all(0..100, Cause::Evicted),
            "{policy}: each left or is there"
        );
        assert_eq!(cache.info().evictions, 90);
    }
}

/// More than wait at once in caches without a listener.
#[test]
fn many_evicted_by_one_store() {
    in_both_scopes!(
        |cache| cache
            .max_weight(1_000)
            .weight(|key, _| if *key == 1_000 { 1_000 } else { 1 }),
        |cache, told| {
            for key in 0..1_000 {
                cache.insert(key, 10 * key);
            }
            assert_eq!(told.take(), []);
            cache.insert(1_000, 10_000);
            assert_eq!(told.take(), all(0..1_000, Cause::Evicted));
            assert_eq!(cache.info().evictions, 1_000);
        }
    );
}

#[test]
fn evicted_by_a_new_bound() {
    in_both_scopes!(|cache| cache, |cache, told| {
        for key in 0..1_000 {
            cache.insert(key, 10 * key);
        }
        cache.set_capacity(100);
        assert_eq!(told.take(), all(0..900, Cause::Evicted));
        cache.set_capacity(0);
        assert_eq!(told.take(), all(900..1_000, Cause::Evicted));
    });
}

#[test]
fn expired_when_met() {
    let _alone = alone();
    in_both_scopes!(|cache| cache.ttl(HOUR), |cache, told| {
        cache.insert(1, 10);
        testing::advance(HOUR);
        assert_eq!(cache.peek(&1), None);
        assert_eq!(told.take(), [], "a look without a trace lets nothing leave");
        assert_eq!(cache.get(&1), None);
        assert_eq!(told.take(), all(1..=1, Cause::Expired));
        cache.insert(2, 20);
        testing::advance(HOUR);
        cache.get_or_insert_with(&2, || 21);
        assert_eq!(told.take(), all(2..=2, Cause::Expired));
        testing::advance(HOUR);
        assert_eq!(cache.insert(2, 22), None);
        assert_eq!(told.take(), [(2, 21, Cause::Expired)], "and not replaced");
        testing::advance(HOUR);
        assert_eq!(cache.remove(&2), None);
        assert_eq!(told.take(), [(2, 22, Cause::Expired)], "and not removed");
        assert_eq!(cache.info().expirations, 4);
    });
}

#[test]
fn expired_when_swept() {
    let _alone = alone();
    in_both_scopes!(|cache| cache.tti(HOUR).capacity(1_000), |cache, told| {
        let ways: [fn(&Cache<u32, u32, S>); 6] = [
            |cache| assert_eq!(cache.len(), 0),
            |cache| assert_eq!(cache.info().len, 0),
            |cache| assert_eq!(cache.iter().count(), 0),
            |cache| assert_eq!(cache.keys().count(), 0),
            |cache| cache.retain(|_, _| true),
            |cache| cache.set_capacity(0),
        ];
        for (way, number) in ways.into_iter().zip(0..) {
            for key in 0..200 {
                cache.insert(key, 10 * key);
            }
            testing::advance(HOUR);
            assert_eq!(told.take(), []);
            way(cache);
            assert_eq!(told.take(), all(0..200, Cause::Expired), "way {number}");
        }
        assert_eq!(cache.info().expirations, 6 * 200);
    });
}

#[test]
fn expired_when_others_are_stored() {
    let _alone = alone();
    in_both_scopes!(|cache| cache.ttl(HOUR), |cache, told| {
        for key in 0..10 {
            cache.insert(key, 10 * key);
        }
        testing::advance(HOUR);
        for key in 10..20 {
            cache.get_or_insert_with(&key, || 10 * key);
        }
        assert_eq!(told.take(), all(0..10, Cause::Expired));
    });
}

#[test]
fn replaced() {
    in_both_scopes!(|cache| cache.capacity(2), |cache, told| {
        cache.insert(1, 1);
        assert_eq!(cache.insert(1, 2), Some(1));
        assert_eq!(told.take(), [(1, 1, Cause::Replaced)]);
        cache.insert(2, 3);
        // It was the one to be evicted.
        assert_eq!(cache.insert(1, 4), Some(2));
        assert_eq!(told.take(), [(1, 2, Cause::Replaced)]);
        assert_eq!(cache.info().evictions, 0);
    });
}

/// The least recently used one is replaced by one that also takes the place of another.
#[test]
fn replaced_and_evicted_at_once() {
    in_both_scopes!(
        |cache| cache.max_weight(10).weight(|_, value| u64::from(*value)),
        |cache, told| {
            cache.insert(1, 5);
            cache.insert(2, 5);
            assert_eq!(cache.insert(1, 10), Some(5));
            assert_eq!(
                told.take(),
                [(1, 5, Cause::Replaced), (2, 5, Cause::Evicted)]
            );
            assert_eq!(cache.info().evictions, 1);
        }
    );
}

#[test]
fn removed() {
    in_both_scopes!(
        |cache| cache
            .cache_if(|value| *value != 7)
            .max_weight(1_000)
            .weight(|_, value| u64::from(*value)),
        |cache, told| {
            (1..=4).for_each(|key| {
                cache.insert(key, 10 * key);
            });
            cache.remove(&1);
            assert_eq!(told.take(), all(1..=1, Cause::Removed));
            assert_eq!(cache.remove(&1), None);
            cache.insert(2, 7);
            assert_eq!(
                told.take(),
                all(2..=2, Cause::Removed),
                "nothing came in its place"
            );
            cache.insert(3, 1_001);
            assert_eq!(told.take(), all(3..=3, Cause::Removed));
            cache.retain(|key, _| *key != 4);
            assert_eq!(told.take(), all(4..=4, Cause::Removed));
        }
    );
}

#[test]
fn many_removed_by_one_retain() {
    in_both_scopes!(|cache| cache, |cache, told| {
        (0..500).for_each(|key| {
            cache.insert(key, 10 * key);
        });
        cache.retain(|key, _| *key >= 400);
        assert_eq!(told.take(), all(0..400, Cause::Removed));
        cache.retain(|_, _| true);
        assert_eq!(told.take(), []);
    });
}

#[test]
fn cleared() {
    in_both_scopes!(|cache| cache.capacity(500), |cache, told| {
        for round in 0..3 {
            (0..500).for_each(|key| {
                cache.insert(key, 10 * key);
            });
            // What stands in places that others have left by another cause is cleared all the same.
            for key in 0..500 {
                cache.insert(key, 10 * key);
            }
            assert_eq!(told.take(), all(0..500, Cause::Replaced));
            cache.clear();
            assert_eq!(told.take(), all(0..500, Cause::Cleared), "round {round}");
        }
        cache.clear();
        assert_eq!(told.take(), []);
    });
}

/// All words that entries can have, next to the cause.
#[test]
fn with_all_further_words() {
    let _alone = alone();
    let told = Told::default();
    let builder = Cache::builder().policy(Policy::Lfu).capacity(3);
    let builder = builder.max_weight(100).weight(|_, value| u64::from(*value));
    let cache = told.by(builder).ttl(HOUR).tti(HOUR / 2).build();
    (1..=4).for_each(|key| {
        cache.insert(key, key);
    });
    assert_eq!(told.take(), [(1, 1, Cause::Evicted)]);
    cache.remove(&2);
    assert_eq!(told.take(), [(2, 2, Cause::Removed)]);
    assert_eq!(cache.info().weight, 3 + 4);
    testing::advance(HOUR / 2);
    assert_eq!(cache.len(), 0);
    assert_eq!(
        told.take(),
        [(3, 3, Cause::Expired), (4, 4, Cause::Expired)]
    );
}

#[test]
fn what_never_was_stored_is_not_told() {
    in_both_scopes!(
        |cache| cache.cache_if(|value| *value != 7),
        |cache, told| {
            assert_eq!(cache.get_or_insert_with(&1, || 7), 7);
            cache.insert(1, 7);
            // The one that was computed comes too late.
            let computed = cache.get_or_insert_with(&2, || {
                cache.insert(2, 20);
                21
            });
            assert_eq!((computed, cache.peek(&2)), (21, Some(20)));
            cache.get_or_insert_with(&3, || {
                cache.clear();
                30
            });
            assert_eq!(told.take(), all(2..=2, Cause::Cleared));
            cache.set_capacity(0);
            cache.insert(4, 40);
            cache.get_or_insert_with(&4, || 40);
            assert_eq!(told.take(), []);
        }
    );
}

#[test]
fn what_goes_with_its_cache_is_not_told() {
    let told = Told::default();
    let cache = told.by(Cache::builder()).build();
    cache.insert(1, 10);
    drop(cache);
    assert_eq!(told.take(), []);
    let cache = told.by(Cache::builder()).build_local();
    cache.insert(1, 10);
    drop(cache);
    assert_eq!(told.take(), []);
}
