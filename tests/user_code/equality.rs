//! What is asked of `Eq`: the argument compares itself with what is stored, and hashes decide nothing.

use crate::hooks::{Armed, Event, Key, Value, inside, watched};
use memofn::{Cache, Policy, memoize};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Every key collides with every other.
#[derive(Clone, Default)]
struct Constant;

impl BuildHasher for Constant {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self
    }
}

impl Hasher for Constant {
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        0
    }
}

static COMPARED: AtomicU64 = AtomicU64::new(0);
static COMPARED_THE_WRONG_WAY: AtomicU64 = AtomicU64::new(0);

/// Knows whether it is the caller's or a copy that a cache made.
struct Sided {
    id: u32,
    stored: bool,
}

impl Sided {
    fn argument(id: u32) -> Self {
        Self { id, stored: false }
    }
}

impl Clone for Sided {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            stored: true,
        }
    }
}

impl Hash for Sided {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.id % 4).hash(state);
    }
}

impl PartialEq for Sided {
    fn eq(&self, other: &Self) -> bool {
        COMPARED.fetch_add(1, Relaxed);
        if self.stored || !other.stored {
            COMPARED_THE_WRONG_WAY.fetch_add(1, Relaxed);
        }
        self.id == other.id
    }
}

impl Eq for Sided {}

#[memoize(policy = "lru", capacity = 16)]
fn sided(key: &Sided) -> u32 {
    key.id + 1
}

#[memoize(policy = "fifo", capacity = 16)]
fn sided_among_others(name: &str, key: Option<&Sided>) -> u32 {
    key.map_or(0, |key| key.id + name.len() as u32)
}

#[test]
fn the_argument_is_compared_with_what_is_stored() {
    for round in 0..4 {
        for id in 0..24 {
            let key = Sided::argument(id);
            for _ in 0..2 {
                assert_eq!(sided(&key), id + 1);
                assert_eq!(sided_among_others("ab", Some(&key)), id + 2);
            }
            assert_eq!(sided_cache_get(&key), Some(id + 1));
            assert_eq!(sided_cache().get(&key), Some(id + 1));
            if id % 5 == round {
                assert_eq!(sided_cache_remove(&key), Some(id + 1));
            }
        }
    }
    assert!(COMPARED.load(Relaxed) > 100);
    assert_eq!(COMPARED_THE_WRONG_WAY.load(Relaxed), 0);
}

#[memoize(policy = "lru", capacity = 50, hasher = Constant)]
fn colliding(key: u32, name: &str) -> String {
    format!("{name}{key}")
}

#[test]
fn colliding_keys_are_told_apart() {
    for round in 0..3 {
        for key in 0..60 {
            for name in ["a", "b"] {
                assert_eq!(colliding(key, name), format!("{name}{key}"));
                assert_eq!(colliding(key, name), format!("{name}{key}"));
            }
        }
        // Twice as many keys as places, in turn: the second of each two calls is the only hit.
        let info = colliding_cache_info();
        assert_eq!(
            (info.hits, info.misses),
            (120 * (round + 1), 120 * (round + 1))
        );
        assert_eq!((info.len, info.evictions), (50, info.misses - 50));
    }
    assert_eq!(colliding_cache_remove(59, "b"), Some(String::from("b59")));
    assert_eq!(colliding_cache_get(59, "b"), None);
    assert_eq!(colliding_cache_get(59, "a"), Some(String::from("a59")));
}

#[test]
fn colliding_keys_are_told_apart_without_a_bound() {
    let cache = Cache::builder()
        .policy(Policy::Unbounded)
        .hasher(Constant)
        .build();
    for key in 0..300 {
        assert_eq!(cache.get_or_insert_with(&key, || key * 2), key * 2);
    }
    // Every third is removed from the middle of the others.
    for key in (0..300).step_by(3) {
        assert_eq!(cache.remove(&key), Some(key * 2));
    }
    for key in 0..300 {
        let expected = if key % 3 == 0 { None } else { Some(key * 2) };
        assert_eq!(cache.get(&key), expected);
    }
    assert_eq!(cache.len(), 200);
}

/// With each comparison one more entry appears that would have to be compared. The look-up must give up
/// comparing at some point; it may then leave its value unstored, but the value must be right.
#[test]
fn an_eq_that_stores_does_not_keep_a_call_for_ever() {
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
        watched(&format!("an Eq that stores, {policy:?}"), move || {
            let cache: Arc<Cache<Key, Value>> = Arc::new(
                Cache::builder()
                    .policy(policy)
                    .capacity(16)
                    .hasher(Constant)
                    .build(),
            );
            for key in 0..8 {
                cache.insert(Key(key), Value::of(key));
            }
            let inner = Arc::clone(&cache);
            let fresh = AtomicU32::new(1_000);
            let armed = Armed::on(Event::KeyEq, 1, u64::MAX, move || {
                let key = fresh.fetch_add(1, Relaxed);
                inner.insert(Key(key), Value::of(key));
            });
            for key in 0..50 {
                let value = inside(|| cache.get_or_insert_with(&Key(key), || Value::of(key)));
                assert_eq!(value, Value::of(key));
                let found = inside(|| cache.get(&Key(key)));
                assert!(found.is_none_or(|value| value == Value::of(key)));
                inside(|| cache.insert(Key(key), Value::of(key)));
                inside(|| cache.remove(&Key(key)));
            }
            assert!(armed.fired() > 0);
            drop(armed);
            let info = cache.info();
            assert_eq!(info.hits + info.misses, 100);
            assert_eq!(info.len, cache.iter().count());
            assert!(info.len <= 16);
        });
    }
}

/// The same without a bound, where nothing that appears ever leaves.
#[test]
fn an_eq_that_stores_does_not_keep_a_call_for_ever_without_a_bound() {
    watched("an Eq that stores, unbounded", || {
        let cache: Arc<Cache<Key, Value>> = Arc::new(
            Cache::builder()
                .policy(Policy::Unbounded)
                .hasher(Constant)
                .build(),
        );
        cache.insert(Key(0), Value::of(0));
        let inner = Arc::clone(&cache);
        let fresh = AtomicU32::new(1_000);
        let armed = Armed::on(Event::KeyEq, 1, u64::MAX, move || {
            let key = fresh.fetch_add(1, Relaxed);
            inner.insert(Key(key), Value::of(key));
        });
        let value = inside(|| cache.get_or_insert_with(&Key(1), || Value::of(1)));
        assert_eq!(value, Value::of(1));
        assert!(armed.fired() > 0);
        drop(armed);
        assert_eq!(cache.info().misses, 1);
        assert_eq!(cache.len(), cache.iter().count());
    });
}

/// The last of the newcomers that a call compares may let its own key in, with which it doesn't compare any
/// more: then it may not store it a second time.
#[test]
fn a_key_that_comes_in_at_the_last_comparison_is_stored_once() {
    for last in 1..20 {
        watched("an Eq that stores the key that is compared", move || {
            let builder = Cache::builder().policy(Policy::Unbounded).hasher(Constant);
            let cache: Arc<Cache<Key, Value>> = Arc::new(builder.build());
            let (inner, fresh) = (Arc::clone(&cache), AtomicU32::new(1));
            let armed = Armed::on(Event::KeyEq, 1, last, move || {
                let number = fresh.fetch_add(1, Relaxed);
                let key = if u64::from(number) == last {
                    0
                } else {
                    1_000 + number
                };
                // Not an `insert`, after which nothing may be stored in any case.
                inner.get_or_insert_with(&Key(key), || Value::of(key));
            });
            let body = || {
                cache.get_or_insert_with(&Key(1_000), || Value::of(1_000));
                Value::of(0)
            };
            let value = inside(|| cache.get_or_insert_with(&Key(0), body));
            assert_eq!(value, Value::of(0));
            drop(armed);
            let stored = cache.iter().filter(|(key, _)| key.0 == 0).count();
            assert!(stored <= 1, "stored {stored} times, with {last} newcomers");
        });
    }
}

/// An `Eq` that looks up its own key in the same cache finds what is stored.
#[test]
fn an_eq_that_looks_up_finds() {
    watched("an Eq that looks up", || {
        let cache: Arc<Cache<Key, Value>> = Arc::new(Cache::new(16));
        cache.insert(Key(1), Value::of(1));
        let inner = Arc::clone(&cache);
        let armed = Armed::on(Event::KeyEq, 3, 1_000, move || {
            assert_eq!(inner.get(&Key(1)), Some(Value::of(1)));
        });
        for _ in 0..10 {
            assert_eq!(inside(|| cache.get(&Key(1))), Some(Value::of(1)));
        }
        assert!(armed.fired() >= 30);
    });
}
