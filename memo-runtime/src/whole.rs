//! What is done to a cache as a whole.

use crate::arena::{EntryId, Pin};
use crate::cache::Cache;
#[cfg(feature = "store")]
use crate::call::short;
use crate::cause::Cause;
use crate::clock::NEVER;
use crate::info::{CacheInfo, CacheParameters};
use crate::policy::Policy;
use crate::scope::Scope;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

impl<K, V, S: Scope> Cache<K, V, S> {
    /// Entries stored; what has expired leaves first, but for what `stale_if_error` keeps.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.len(), 1);
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.sweep();
        self.arena.lock().slots().len()
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

    /// Copies of the entries, in no particular order, each as it was at one moment. What is stored after this is called
    /// is left out; what leaves meanwhile may be. Leaves no trace.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.iter().collect::<Vec<_>>(), [(1, 'a')]);
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (K, V)> + '_ {
        self.copies(|key, value| (self.keys.copy(key), (self.outcomes.copy)(value)))
    }

    /// Copies of the keys, as [`iter`](Self::iter) gives them; no value is cloned.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, "a value that is large");
    /// assert_eq!(cache.keys().collect::<Vec<_>>(), [1]);
    /// ```
    pub fn keys(&self) -> impl Iterator<Item = K> + '_ {
        self.copies(|key, _| self.keys.copy(key))
    }

    fn copies<'c, T: 'c>(
        &'c self,
        copy: impl Fn(&K, &V) -> T + 'c,
    ) -> impl Iterator<Item = T> + 'c {
        self.sweep();
        let mut walk = Walk::begin(self);
        let mut copies = Vec::new().into_iter();
        std::iter::from_fn(move || {
            while copies.len() == 0 {
                let mut batch = Vec::new();
                let visit = |entry: Pin<'_, K, V>| {
                    // Time goes on while it is read.
                    if !self.is_over(&entry, self.lifetimes.now()) {
                        batch.push(copy(&entry.key, &entry.value));
                    }
                };
                if !walk.visit_some(visit) {
                    return None;
                }
                copies = batch.into_iter();
            }
            copies.next()
        })
    }

    /// Keeps the entries for which `keep` holds: also of those that have expired and are kept for
    /// `stale_if_error`. It runs without a lock; entries stored meanwhile are not asked about.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// cache.insert(2, 'b');
    /// cache.retain(|key, _| *key > 1);
    /// assert_eq!(cache.iter().collect::<Vec<_>>(), [(2, 'b')]);
    /// ```
    pub fn retain(&self, mut keep: impl FnMut(&K, &V) -> bool) {
        self.sweep();
        let mut walk = Walk::begin(self);
        let mut goes_on = true;
        while goes_on {
            goes_on = walk.visit_some(|entry| {
                if !keep(&entry.key, &entry.value) {
                    let mut locked = self.arena.lock();
                    let (slots, table) = locked.parts();
                    if entry.is_linked() {
                        table.unlink(entry.id, Cause::Removed, slots);
                    }
                    let aftermath = self.aftermath(&mut locked);
                    drop(locked);
                    drop(entry);
                    drop(aftermath);
                }
            });
        }
        self.free_garbage(self.arena.lock());
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
            let now = self.lifetimes.now();
            let mut locked = self.arena.lock();
            let (slots, table) = locked.parts();
            if table.policy() == Policy::Unbounded {
                table.hand_over_to(Policy::Fifo, slots);
            }
            done = table.shrink(capacity, now, slots);
            self.set_open(Some(capacity));
            self.free_garbage(locked);
        }
    }

    /// Empties the cache and zeroes its statistics, as `functools`' `cache_clear()`. What nobody is
    /// reading is dropped before this returns; computations under way store nothing after it. The memory is
    /// kept for what comes next.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// cache.clear();
    /// assert!(cache.is_empty());
    /// ```
    pub fn clear(&self) {
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        table.clear(slots);
        self.arena.scope().zero_hits();
        self.free_garbage(locked);
    }

    /// What went wrong with the store.
    fn errors_of_store(&self) -> u64 {
        #[cfg(feature = "store")]
        if let Some(tier) = &self.tier {
            return tier.line.errors();
        }
        0
    }

    /// Forgets all entries with this hash, and keeps what is being computed with it from being stored.
    #[cfg(feature = "store")]
    pub(crate) fn forget(&self, hash: u64) {
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        table.flights.fence(hash);
        let ids: Vec<EntryId> = slots.with_hash(short(hash)).collect();
        for id in ids {
            table.unlink(id, Cause::Removed, slots);
        }
        self.free_garbage(locked);
    }

    /// Forgets all entries, and keeps all that is being computed from being stored. Counts stay.
    #[cfg(feature = "store")]
    pub(crate) fn forget_all(&self) {
        self.arena.lock().parts().1.flights.fence_all();
        self.retain(|_, _| false);
    }

    /// As it was made: empty, with the bounds of then. Nobody is told of what leaves.
    #[cfg(feature = "test-util")]
    pub(crate) fn reset(&self, made: &CacheParameters) {
        self.forget_refreshes();
        #[cfg(feature = "store")]
        if let Some(tier) = &self.tier {
            tier.line.reset();
        }
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        table.clear(slots);
        table.hand_over_to(made.policy, slots);
        table.bounds.capacity = made.capacity;
        table.garbage_taken();
        self.arena.scope().zero_hits();
        self.set_open(made.capacity);
        let mut garbage = locked.garbage();
        drop(locked);
        garbage.tell_nobody();
    }

    /// Is no computation under way?
    #[cfg(feature = "test-util")]
    pub(crate) fn is_idle(&self) -> bool {
        self.arena.lock().parts().1.flights.is_idle() && !self.is_refreshing()
    }

    /// Whether anything could be stored from here on.
    fn set_open(&self, capacity: Option<usize>) {
        // What isn't kept here may be kept there.
        #[cfg(feature = "store")]
        if self.tier.is_some() {
            return;
        }
        let open = capacity != Some(0) && !self.lifetimes.is_zero() && !self.disabled;
        self.open.store(open, Relaxed);
    }

    /// Statistics; what has expired leaves first.
    ///
    /// ```
    /// assert_eq!(memofn::Cache::<u8, u8>::new(2).info().capacity, Some(2));
    /// ```
    #[must_use]
    pub fn info(&self) -> CacheInfo {
        self.sweep();
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        let stats = &table.stats;
        CacheInfo {
            hits: self.arena.scope().hits(),
            misses: stats.misses,
            coalesced: stats.coalesced,
            evictions: stats.evictions,
            expirations: stats.expirations,
            errors: stats.errors + self.errors_of_store(),
            len: slots.len(),
            capacity: table.bounds.capacity,
            weight: table.weight(),
            max_weight: self.max_weight,
            compute_time: stats.computing.time(),
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
            let mut locked = self.arena.lock();
            let (_, table) = locked.parts();
            (table.policy(), table.bounds.capacity)
        };
        let lifetime = |nanos| (nanos != NEVER).then(|| Duration::from_nanos(nanos));
        #[cfg_attr(not(feature = "store"), allow(unused_mut))]
        let mut parameters = CacheParameters {
            policy,
            capacity,
            max_weight: self.max_weight,
            ttl: lifetime(self.lifetimes.ttl),
            tti: lifetime(self.lifetimes.tti),
            jitter: self.lifetimes.jitter,
            err_ttl: self.lifetimes.err_ttl.and_then(lifetime),
            none_ttl: self.lifetimes.none_ttl.and_then(lifetime),
            stale_if_error: lifetime(self.lifetimes.stale_if_error)
                .filter(|window| !window.is_zero()),
            refresh_after: lifetime(self.lifetimes.refresh_after),
            local_ttl: None,
        };
        #[cfg(feature = "store")]
        if let Some(tier) = &self.tier {
            parameters.local_ttl = tier.local_ttl.and_then(lifetime);
            parameters.ttl = lifetime(tier.ttl);
            parameters.jitter = tier.jitter;
        }
        parameters
    }

    /// Lets all expired entries leave.
    fn sweep(&self) {
        let mut done = !self.lifetimes.limited();
        while !done {
            let now = self.lifetimes.now();
            let mut locked = self.arena.lock();
            let (slots, table) = locked.parts();
            done = table.sweep(now, slots);
            self.free_garbage(locked);
        }
    }
}

/// How many entries are read between two looks under the lock.
const STEP: usize = 64;

/// Visits the entries of a cache that were there when it began.
struct Walk<'c, K, V, S: Scope> {
    cache: &'c Cache<K, V, S>,
    next: EntryId,
    /// The last one that was stored then.
    last: u64,
}

impl<'c, K, V, S: Scope> Walk<'c, K, V, S> {
    fn begin(cache: &'c Cache<K, V, S>) -> Self {
        let last = cache.arena.lock().slots().last_stored();
        let next = 0;
        Self { cache, next, last }
    }

    /// Visits some of them, without the lock. `false`: there was none left.
    fn visit_some(&mut self, mut visit: impl FnMut(Pin<'_, K, V>)) -> bool {
        let Self { cache, next, last } = self;
        cache.with_record(|record| {
            let pins: Vec<_> = {
                let locked = cache.arena.lock();
                let slots = locked.slots();
                let old = |id: &EntryId| {
                    let meta = slots.meta(*id);
                    meta.is_some_and(|meta| slots.stored(meta) <= *last)
                };
                let ids = slots.linked_from(*next).filter(old).take(STEP);
                ids.filter_map(|id| locked.pin(record, id)).collect()
            };
            let some = !pins.is_empty();
            for pin in pins {
                *next = pin.id + 1;
                visit(pin);
            }
            some
        })
    }
}
