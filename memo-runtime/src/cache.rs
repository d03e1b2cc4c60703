//! The cache by itself: what a memoized function keeps its results in, usable without the attribute.

use crate::builder::CacheBuilder;
use crate::clock::NEVER;
use crate::entry::Touch;
use crate::expiry::Lifetimes;
use crate::info::{CacheInfo, CacheParameters};
use crate::ops::KeyOps;
use crate::outcome::Outcomes;
use crate::policy::Policy;
use crate::recency::Recency;
use crate::stats::Stats;
use crate::table::{Departed, Room, Table};
use parking_lot::Mutex;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

pub(crate) type Weigher<K, V> = Box<dyn Fn(&K, &V) -> u64 + Send + Sync>;
pub(crate) type Predicate<V> = Box<dyn Fn(&V) -> bool + Send + Sync>;

/// A bounded map that decides by its [`Policy`] which entry leaves, shared by reference between
/// threads. Every memoized function has one (`f_cache()`); this is how to have one by hand.
///
/// No method runs user code (`Hash`, `Eq`, `Clone`, `Drop`, closures) under its lock: re-entering
/// the cache from any of them works, and a panic in any of them leaves the cache whole.
///
/// An LRU cache of two entries:
///
/// ```
/// let cache = memofn::Cache::new(2);
/// cache.insert(1, "hello");
/// cache.insert(2, "world");
/// assert_eq!(cache.get(&1), Some("hello"));
/// assert_eq!(cache.get(&2), Some("world"));
/// cache.insert(3, "foo"); // 1 is the least recently used one
/// assert_eq!(cache.get(&1), None);
/// assert_eq!(cache.get(&2), Some("world"));
/// assert_eq!(cache.get(&3), Some("foo"));
/// cache.insert(4, "bar");
/// assert_eq!(cache.get(&1), None);
/// assert_eq!(cache.get(&2), None);
/// assert_eq!(cache.get(&3), Some("foo"));
/// assert_eq!(cache.get(&4), Some("bar"));
/// ```
///
/// A recursion through it:
///
/// ```
/// use memofn::Cache;
///
/// fn fib(n: u64, cache: &Cache<u64, u64>) -> u64 {
///     if n < 2 {
///         return n;
///     }
///     cache.get_or_insert_with(&n, || fib(n - 1, cache) + fib(n - 2, cache))
/// }
/// assert_eq!(fib(36, &Cache::new(2)), 14_930_352);
/// ```
pub struct Cache<K, V> {
    pub(crate) keys: Box<dyn KeyOps<K>>,
    pub(crate) outcomes: Outcomes<V>,
    pub(crate) weigher: Option<Weigher<K, V>>,
    pub(crate) cache_if: Option<Predicate<V>>,
    pub(crate) max_weight: Option<u64>,
    pub(crate) lifetimes: Lifetimes,
    /// What hits write: see [`Touch`].
    pub(crate) touch: Touch,
    pub(crate) recency: Recency,
    pub(crate) stats: Stats,
    /// Is there anything that could be stored?
    pub(crate) open: AtomicBool,
    pub(crate) table: Mutex<Table<K, V>>,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// An LRU cache of at most `capacity` entries. 0 stores nothing and only counts.
    ///
    /// ```
    /// let cache = memofn::Cache::new(128);
    /// assert_eq!(cache.insert("a", 1), None);
    /// ```
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::builder().capacity(capacity).build()
    }

    /// A cache without a bound: nothing leaves by itself.
    ///
    /// ```
    /// let cache = memofn::Cache::unbounded();
    /// assert_eq!(cache.get_or_insert_with(&7, || 49), 49);
    /// ```
    #[must_use]
    pub fn unbounded() -> Self {
        Self::builder().build()
    }

    /// A cache with settings of its own.
    ///
    /// ```
    /// use memofn::{Cache, Policy};
    ///
    /// let cache = Cache::builder().policy(Policy::Lfu).capacity(100).build();
    /// cache.insert(1, 'a');
    /// ```
    pub fn builder() -> CacheBuilder<K, V> {
        CacheBuilder::new()
    }
}

impl<K, V> Cache<K, V> {
    /// Looks a key up: counts a hit or a miss, and a hit is a use. O(1), no allocation.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.get(&1), Some('a'));
    /// assert_eq!(cache.get(&2), None);
    /// assert_eq!((cache.info().hits, cache.info().misses), (1, 1));
    /// ```
    #[must_use]
    pub fn get(&self, key: &K) -> Option<V> {
        let ops = &self.keys;
        self.get_with(|| ops.hash(key), |stored| ops.same(key, stored))
    }

    /// Looks a key up without a trace: counts nothing, touches no recency.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.peek(&1), Some('a'));
    /// assert_eq!(cache.info().hits, 0);
    /// ```
    #[must_use]
    pub fn peek(&self, key: &K) -> Option<V> {
        let ops = &self.keys;
        self.peek_with(ops.hash(key), |stored| ops.same(key, stored))
    }

    /// Is there a result for this key? Leaves no trace.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert!(cache.contains_key(&1) && !cache.contains_key(&2));
    /// ```
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        let ops = &self.keys;
        self.holds(ops.hash(key), |stored| ops.same(key, stored))
    }

    /// The stored result, or the one that `compute` gives, which is stored. `compute` runs without a
    /// lock, and may use the cache. If it panics, nothing is stored, and the call counts as a miss.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// assert_eq!(cache.get_or_insert_with(&3, || 9), 9);
    /// assert_eq!(cache.get_or_insert_with(&3, || unreachable!()), 9);
    /// ```
    pub fn get_or_insert_with(&self, key: &K, compute: impl FnOnce() -> V) -> V {
        let ops = &self.keys;
        let found = self.look_up(
            || ops.hash(key),
            |stored| ops.same(key, stored),
            || ops.copy(key),
        );
        match found {
            Ok(entry) => (self.outcomes.copy)(&entry.value),
            Err(mut miss) => {
                miss.start();
                miss.finish(compute())
            }
        }
    }

    /// Stores a value; gives back the one it replaces. What is not to be stored (`cache_if`, too
    /// heavy) is not, and the old value leaves all the same. A computation of the key that is under
    /// way stores nothing after this.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// assert_eq!(cache.insert(1, 'a'), None);
    /// assert_eq!(cache.insert(1, 'b'), Some('a'));
    /// ```
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        self.put(self.keys.hash(&key), key, value)
    }

    /// Forgets a key; gives back its value. A computation of the key that is under way stores nothing
    /// after this.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.remove(&1), Some('a'));
    /// assert_eq!(cache.remove(&1), None);
    /// ```
    pub fn remove(&self, key: &K) -> Option<V> {
        let ops = &self.keys;
        self.remove_with(ops.hash(key), |stored| ops.same(key, stored))
    }

    /// Entries stored; what has expired leaves first.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.sweep();
        self.table.lock().len()
    }

    /// Is nothing stored?
    ///
    /// ```
    /// assert!(memofn::Cache::<u8, u8>::new(2).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies of the entries stored when this is called, in no particular order. Leaves no trace.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.iter().collect::<Vec<_>>(), [(1, 'a')]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (K, V)> + '_ {
        let copy = self.outcomes.copy;
        let live = self.live_entries().into_iter();
        live.map(move |entry| (self.keys.copy(&entry.key), copy(&entry.value)))
    }

    /// Keeps the entries for which `keep` holds. It runs without a lock; entries stored meanwhile
    /// are not asked about.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// cache.insert(2, 'b');
    /// cache.retain(|key, _| *key > 1);
    /// assert_eq!(cache.iter().collect::<Vec<_>>(), [(2, 'b')]);
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&K, &V) -> bool) {
        for entry in self.live_entries() {
            if !keep(&entry.key, &entry.value) {
                let gone = self
                    .table
                    .lock()
                    .take(entry.header.hash, entry.header.serial);
                drop(gone);
            }
        }
    }

    /// Changes the bound on entries; those too many leave at once, as the policy chooses. An
    /// `"unbounded"` cache keeps no order of use: from here on its policy is `"fifo"`.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// cache.insert(2, 'b');
    /// cache.set_capacity(1);
    /// assert_eq!(cache.get(&1), None);
    /// assert_eq!(cache.parameters().capacity, Some(1));
    /// ```
    pub fn set_capacity(&self, capacity: usize) {
        {
            let mut table = self.table.lock();
            if table.policy() == Policy::Unbounded {
                table.hand_over_to(Policy::Fifo);
            }
            table.bounds.capacity = Some(capacity);
            self.open
                .store(capacity > 0 && !self.lifetimes.is_zero(), Relaxed);
        }
        loop {
            let mut departed = Departed::new();
            let now = self.time();
            let room = self.table.lock().shrink(now, &mut departed, &self.stats);
            drop(departed);
            if room != Room::DropFirst {
                return;
            }
        }
    }

    /// Empties the cache and zeroes its statistics, as `functools`' `cache_clear()`. What nobody is
    /// reading is dropped before this returns; computations under way store nothing after it.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// cache.clear();
    /// assert!(cache.is_empty());
    /// ```
    pub fn clear(&self) {
        let old = {
            let mut table = self.table.lock();
            self.stats.zero();
            table.clear()
        };
        drop(old);
    }

    /// Statistics; what has expired leaves first.
    ///
    /// ```
    /// assert_eq!(memofn::Cache::<u8, u8>::new(2).info().capacity, Some(2));
    /// ```
    #[must_use]
    pub fn info(&self) -> CacheInfo {
        self.sweep();
        let (len, weight, capacity) = {
            let table = self.table.lock();
            (table.len(), table.weight(), table.bounds.capacity)
        };
        let counts = self.stats.counts();
        CacheInfo {
            hits: counts.hits,
            misses: counts.misses,
            coalesced: 0,
            evictions: counts.evictions,
            expirations: counts.expirations,
            errors: counts.errors,
            len,
            capacity,
            weight,
            max_weight: self.max_weight,
            compute_time: counts.compute_time,
        }
    }

    /// The settings in force.
    ///
    /// ```
    /// assert_eq!(memofn::Cache::<u8, u8>::new(2).parameters().policy, memofn::Policy::Lru);
    /// ```
    #[must_use]
    pub fn parameters(&self) -> CacheParameters {
        let (policy, capacity) = {
            let table = self.table.lock();
            (table.policy(), table.bounds.capacity)
        };
        let lifetime = |nanos| (nanos != NEVER).then(|| Duration::from_nanos(nanos));
        CacheParameters {
            policy,
            capacity,
            max_weight: self.max_weight,
            ttl: lifetime(self.lifetimes.ttl),
            tti: lifetime(self.lifetimes.tti),
            jitter: self.lifetimes.jitter,
        }
    }

    /// Could anything be stored?
    #[inline]
    pub(crate) fn stores(&self) -> bool {
        self.open.load(Relaxed)
    }

    fn live_entries(&self) -> Vec<crate::table::Shared<K, V>> {
        self.sweep();
        self.table.lock().all().map(Arc::clone).collect()
    }

    /// Lets all expired entries leave.
    fn sweep(&self) {
        let mut done = !self.lifetimes.limited();
        while !done {
            let mut departed = Departed::new();
            let now = self.time();
            done = self.table.lock().sweep(now, &mut departed, &self.stats);
        }
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("parameters", &self.parameters())
            .field("info", &self.info())
            .finish_non_exhaustive()
    }
}
