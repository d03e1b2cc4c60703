//! What is done to a cache as a whole.

use crate::cache::Cache;
use crate::clock::NEVER;
use crate::info::{CacheInfo, CacheParameters};
use crate::policy::Policy;
use crate::table::{Departed, Shared};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

impl<K, V> Cache<K, V> {
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
        // Time goes on while it is read.
        let live = live.filter(|entry| !self.is_over(entry, self.time()));
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
        let mut done = false;
        while !done {
            let mut departed = Departed::new();
            let now = self.time();
            let mut table = self.table.lock();
            if table.policy() == Policy::Unbounded {
                table.hand_over_to(Policy::Fifo);
            }
            done = table.shrink(capacity, now, &mut departed, &self.stats);
            let open = capacity > 0 && !self.lifetimes.is_zero() && !self.disabled;
            self.open.store(open, Relaxed);
            // The lock first, then what has left.
            drop(table);
            drop(departed);
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

    fn live_entries(&self) -> Vec<Shared<K, V>> {
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
