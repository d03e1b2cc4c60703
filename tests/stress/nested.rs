//! Values that use the cache while they are copied, compared or dropped, from many threads: each level
//! reads an entry of its own.

use crate::subject::Crowded;
use crate::{all_at_once, scaled};
use memofn::Cache;
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// Deeper than the slots that a thread has from the beginning, twice over.
const DEPTH: u32 = 14;
const KEYS: u32 = 40;

static CACHE: LazyLock<Cache<Key, Value>> = LazyLock::new(|| {
    let builder = Cache::builder().capacity(24).hasher(Crowded(3));
    builder.build()
});
static LIVING: AtomicI64 = AtomicI64::new(0);

thread_local! {
    /// How many levels may still be added.
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

/// Does something with another key, if there is a level left.
fn within(key: u32) {
    let left = LEFT.get();
    if left > 0 {
        LEFT.set(left - 1);
        let other = Key((key * 7 + left) % KEYS);
        if left % 5 == 4 {
            CACHE.insert(other.clone(), Value::of(&other));
        } else if let Some(value) = CACHE.get(&other) {
            value.check(&other);
        }
    }
}

#[derive(Clone)]
struct Key(u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0.to_le_bytes());
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        if (self.0 + other.0) % 4 == 0 {
            within(self.0);
        }
        self.0 == other.0
    }
}

impl Eq for Key {}

struct Value(Box<[u32; 2]>);

impl Value {
    fn of(key: &Key) -> Self {
        LIVING.fetch_add(1, Relaxed);
        Self(Box::new([key.0, !key.0]))
    }

    #[track_caller]
    fn check(&self, key: &Key) {
        assert_eq!(*self.0, [key.0, !key.0]);
    }
}

impl Clone for Value {
    fn clone(&self) -> Self {
        let before = *self.0;
        within(before[0]);
        assert_eq!(*self.0, before, "it stays while it is copied");
        Self::of(&Key(before[0]))
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        LIVING.fetch_sub(1, Relaxed);
        if self.0[0] % 8 == 3 {
            within(self.0[0]);
        }
    }
}

#[test]
fn values_that_use_the_cache_while_they_are_used() {
    all_at_once(|_, dice| {
        for _ in 0..scaled(1_500) {
            LEFT.set(dice.below(DEPTH + 1));
            let key = Key(dice.below(KEYS));
            match dice.below(20) {
                0 => drop(CACHE.remove(&key)),
                1 => drop(CACHE.insert(key.clone(), Value::of(&key))),
                2 if dice.below(10) == 0 => CACHE.clear(),
                _ => CACHE
                    .get_or_insert_with(&key, || Value::of(&key))
                    .check(&key),
            }
            LEFT.set(0);
        }
    });
    let entries = CACHE.iter().count() as i64;
    assert!((entries..=entries + 64).contains(&LIVING.load(Relaxed)));
    CACHE.clear();
    assert_eq!(LIVING.load(Relaxed), 0);
}
