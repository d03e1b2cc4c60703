//! A small cache of hooked keys and values that counts how often it was asked.

use crate::hooks::{Colliding, Event, Key, Value, fire, inside};
use memofn::{Cache, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

pub(crate) const CAPACITY: usize = 8;
const WEIGHT: u64 = 10;

pub(crate) struct Subject {
    pub(crate) cache: Cache<Key, Value>,
    /// Calls that the statistics must count.
    calls: AtomicU64,
    /// `clear` zeroes the statistics, after which calls under way are counted or not.
    cleared: AtomicBool,
}

impl Subject {
    pub(crate) fn new(policy: Policy) -> Arc<Self> {
        let cache = Cache::builder()
            .policy(policy)
            .capacity(CAPACITY)
            .max_weight(10 * WEIGHT)
            .weight(|_: &Key, _: &Value| {
                fire(Event::Weight);
                WEIGHT
            })
            .cache_if(|_: &Value| {
                fire(Event::CacheIf);
                true
            })
            .hasher(Colliding::default())
            .seed(1)
            .build();
        Arc::new(Self {
            cache,
            calls: AtomicU64::new(0),
            cleared: AtomicBool::new(false),
        })
    }

    pub(crate) fn call(&self, key: u32) {
        self.calls.fetch_add(1, Relaxed);
        let owned = Key(key);
        let body = || {
            fire(Event::Body);
            Value::of(key)
        };
        let value = inside(|| self.cache.get_or_insert_with(&owned, body));
        assert_eq!(value, Value::of(key));
    }

    pub(crate) fn get(&self, key: u32) {
        self.calls.fetch_add(1, Relaxed);
        let owned = Key(key);
        let value = inside(|| self.cache.get(&owned));
        assert!(value.is_none_or(|value| value == Value::of(key)));
    }

    pub(crate) fn peek(&self, key: u32) {
        let owned = Key(key);
        let value = inside(|| self.cache.peek(&owned));
        assert!(value.is_none_or(|value| value == Value::of(key)));
    }

    pub(crate) fn insert(&self, key: u32) {
        let old = inside(|| self.cache.insert(Key(key), Value::of(key)));
        assert!(old.is_none_or(|old| old == Value::of(key)));
    }

    pub(crate) fn remove(&self, key: u32) {
        let owned = Key(key);
        let old = inside(|| self.cache.remove(&owned));
        assert!(old.is_none_or(|old| old == Value::of(key)));
    }

    pub(crate) fn clear(&self) {
        self.cleared.store(true, Relaxed);
        inside(|| self.cache.clear());
    }

    pub(crate) fn retain(&self) {
        inside(|| {
            self.cache.retain(|key, value| {
                fire(Event::Retain);
                assert_eq!(value.0, u64::from(key.0) * 1_000 + 1);
                key.0 % 4 != 0
            });
        });
    }

    pub(crate) fn shrink_and_grow(&self) {
        inside(|| self.cache.set_capacity(CAPACITY / 2));
        inside(|| self.cache.set_capacity(CAPACITY));
    }

    pub(crate) fn look_around(&self) {
        inside(|| {
            let info = self.cache.info();
            assert!(info.len <= CAPACITY && info.weight <= CAPACITY as u64 * WEIGHT);
            assert!(self.cache.len() <= CAPACITY);
            for (key, value) in self.cache.iter() {
                assert_eq!(value, Value::of(key.0));
            }
            assert_eq!(
                self.cache
                    .parameters()
                    .capacity
                    .map(|capacity| capacity <= CAPACITY),
                Some(true)
            );
        });
    }

    /// Every kind of operation on twelve keys from `first` on, so that every event happens; each in
    /// `one`, which may catch panics. More than 64 entries are evicted, so that dropping them can't be
    /// put off to the end.
    pub(crate) fn exercise(&self, first: u32, one: impl Fn(&dyn Fn())) {
        for round in 0..12 {
            for key in 0..12 {
                one(&|| self.call(first + key));
                one(&|| self.call(first + key / 2));
            }
            self.exercise_without_computing(first, round, &one);
            if round % 4 == 3 {
                one(&|| self.retain());
                one(&|| self.shrink_and_grow());
            }
        }
    }

    fn exercise_without_computing(&self, first: u32, round: u32, one: &dyn Fn(&dyn Fn())) {
        one(&|| self.get(first + round));
        one(&|| self.peek(first + 11));
        one(&|| self.insert(first + 11));
        one(&|| self.remove(first + 10));
        one(&|| self.look_around());
    }

    /// What never has to wait for another's computation, on the same keys.
    pub(crate) fn disturb(&self, first: u32) {
        for round in 0..12 {
            self.exercise_without_computing(first, round, &|call| call());
            self.insert(first + round);
            self.remove(first + round);
        }
    }

    /// Whatever happened, the cache must agree with itself and go on working.
    pub(crate) fn check(&self) {
        self.cache.set_capacity(CAPACITY);
        let (info, calls) = (self.cache.info(), self.calls.load(Relaxed));
        let cleared = self.cleared.load(Relaxed);
        assert!(
            info.hits + info.misses == calls || cleared,
            "{calls} calls were counted as {info}"
        );
        let entries: Vec<_> = self.cache.iter().collect();
        let info = self.cache.info();
        assert_eq!(info.len, entries.len());
        assert_eq!(info.weight, entries.len() as u64 * WEIGHT);
        assert!(info.len <= CAPACITY);
        for (key, value) in &entries {
            assert_eq!(*value, Value::of(key.0));
            assert_eq!(self.cache.peek(key).as_ref(), Some(value));
        }

        // Emptied, it holds as many as fit.
        self.cache.clear();
        let info = self.cache.info();
        assert_eq!(
            (
                info.hits,
                info.misses,
                info.evictions,
                info.len,
                info.weight
            ),
            (0, 0, 0, 0, 0)
        );
        assert_eq!(self.cache.iter().count(), 0);
        for key in (100..100 + CAPACITY as u32).chain(100..100 + CAPACITY as u32) {
            self.call(key);
        }
        let (info, all) = (self.cache.info(), CAPACITY as u64);
        assert_eq!((info.hits, info.misses), (all, all));
        assert_eq!((info.len, info.weight), (CAPACITY, all * WEIGHT));
    }
}
