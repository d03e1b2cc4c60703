//! The path of a call: look up; on a miss compute without a lock, then store.
//!
//! User code (`Eq`, `Clone`, `Drop`, the weigher, the predicate, the body) runs between the locked
//! sections, never in them. `Eq` can't decide under the lock whether a key came in meanwhile, so
//! entries with the same full hash are taken along, compared without the lock, and remembered by
//! their serial numbers; whoever then finds none that it hasn't compared goes on. Each further round
//! needs a new entry with an equal hash; after [`ROUNDS`] of them the value is given and not stored.

use crate::cache::Cache;
use crate::clock::{self, Nanos};
use crate::entry::Entry;
use crate::flight::FlightId;
use crate::table::{Departed, Room, Shared, Table};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

/// How often entries with the same hash may come in between.
const ROUNDS: usize = 8;

/// Serial numbers of the entries that were compared, and are other keys.
pub(crate) type Compared = Vec<u64>;

/// The entries with this hash that were not compared yet. Mostly none or one: no allocation.
struct Candidates<K, V> {
    first: Option<Shared<K, V>>,
    more: Vec<Shared<K, V>>,
}

impl<K, V> Candidates<K, V> {
    #[inline]
    fn collect(table: &Table<K, V>, hash: u64, compared: &Compared) -> Self {
        let (mut first, mut more) = (None, Vec::new());
        for (_, entry) in table.with_hash(hash) {
            if compared.contains(&entry.header.serial) {
                continue;
            }
            let entry = Arc::clone(entry);
            if first.is_none() {
                first = Some(entry);
            } else {
                more.push(entry);
            }
        }
        Self { first, more }
    }

    fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The one with the key that is looked for. The others are noted.
    #[inline]
    fn find(self, compared: &mut Compared, mut is: impl FnMut(&K) -> bool) -> Option<Shared<K, V>> {
        let first = self.first?;
        if is(&first.key) {
            return Some(first);
        }
        compared.push(first.header.serial);
        for entry in self.more {
            if is(&entry.key) {
                return Some(entry);
            }
            compared.push(entry.header.serial);
        }
        None
    }
}

/// A computation that is under way: it ends when this is dropped, and counts as a miss then.
pub(crate) struct Miss<'c, K, V> {
    cache: &'c Cache<K, V>,
    hash: u64,
    /// None where nothing is to be stored.
    key: Option<K>,
    flight: Option<FlightId>,
    compared: Compared,
    started: Option<Instant>,
    mode: Mode,
    /// Is this a call? A refresh is none.
    counts: bool,
}

impl<K, V> Drop for Miss<'_, K, V> {
    fn drop(&mut self) {
        if let Some(flight) = self.flight.take() {
            self.cache.table.lock().flights.finish(flight);
        }
        if self.counts {
            self.cache.stats.missed();
        }
    }
}

impl<'c, K, V> Miss<'c, K, V> {
    fn begin(cache: &'c Cache<K, V>) -> Self {
        Self {
            cache,
            hash: 0,
            key: None,
            flight: None,
            compared: Compared::new(),
            started: None,
            mode: Mode::IfAbsent,
            counts: true,
        }
    }

    /// The body begins: the time it takes is counted from here.
    pub(crate) fn start(&mut self) {
        self.started = Some(Instant::now());
    }

    /// The body has given this: stored, if it is to be stored.
    pub(crate) fn finish(mut self, value: V) -> V {
        if let (Some(started), true) = (self.started, self.counts) {
            self.cache.stats.computed(started.elapsed());
            if (self.cache.outcomes.failed)(&value) {
                self.cache.stats.failed();
            }
        }
        if let Some(key) = self.key.take() {
            if let Some(weight) = self.cache.judge(&key, &value) {
                let stored = (self.cache.outcomes.copy)(&value);
                let entry = Entry::new(self.hash, weight, key, stored);
                let flight = self.flight.as_ref();
                let compared = std::mem::take(&mut self.compared);
                drop(self.cache.publish(entry, flight, self.mode, compared));
            }
        }
        value
    }
}

impl<K, V> Cache<K, V> {
    /// The time, if anything in this cache depends on it.
    pub(crate) fn time(&self) -> Nanos {
        if self.lifetimes.limited() {
            clock::now()
        } else {
            0
        }
    }

    pub(crate) fn is_over(&self, entry: &Entry<K, V>, now: Nanos) -> bool {
        self.lifetimes.limited() && self.lifetimes.is_over(&entry.header, now)
    }

    /// A call: a hit, counted and marked as used, or the miss that it begins. `to_stored` makes the
    /// key owned. A call that panics on the way is a miss.
    #[inline]
    pub(crate) fn look_up(
        &self,
        hash: impl FnOnce() -> u64,
        is: impl FnMut(&K) -> bool,
        to_stored: impl FnOnce() -> K,
    ) -> Result<Shared<K, V>, Miss<'_, K, V>> {
        let mut miss = Miss::begin(self);
        if !self.stores() {
            miss.counts = !self.disabled;
            return Err(miss);
        }
        miss.hash = hash();
        let hash = miss.hash;
        match self.find_used(hash, is, |table| table.flights.begin(hash)) {
            Ok(entry) => {
                miss.counts = false;
                Ok(entry)
            }
            Err((flight, compared)) => {
                miss.flight = Some(flight);
                miss.compared = compared;
                miss.key = Some(to_stored());
                Err(miss)
            }
        }
    }

    /// A look-up that counts, and begins nothing if it misses.
    pub(crate) fn get_with(
        &self,
        hash: impl FnOnce() -> u64,
        is: impl FnMut(&K) -> bool,
    ) -> Option<V> {
        let mut miss = Miss::begin(self);
        miss.counts = !self.disabled;
        let entry = self.find_used(hash(), is, |_| ()).ok()?;
        miss.counts = false;
        Some((self.outcomes.copy)(&entry.value))
    }

    /// The entry of a key, counted as a hit and marked as used. Where there is none, `absent` runs
    /// under the lock that showed it.
    fn find_used<T>(
        &self,
        hash: u64,
        mut is: impl FnMut(&K) -> bool,
        absent: impl FnOnce(&mut Table<K, V>) -> T,
    ) -> Result<Shared<K, V>, (T, Compared)> {
        let mut compared = Compared::new();
        for round in 0.. {
            let mut table = self.table.lock();
            let found = Candidates::collect(&table, hash, &compared);
            if found.is_empty() || round == ROUNDS {
                self.recency.advance();
                let absent = absent(&mut table);
                drop(table);
                return Err((absent, compared));
            }
            drop(table);
            if let Some(entry) = found.find(&mut compared, &mut is) {
                let now = self.time();
                if !self.is_over(&entry, now) {
                    self.touch.apply(&entry.header.words, &self.recency);
                    self.lifetimes.touch(&entry.header, now);
                    self.stats.hit();
                    return Ok(entry);
                }
                self.expire(&entry);
            }
        }
        unreachable!("the rounds are counted")
    }

    /// Takes out an entry that a look-up met after its time.
    #[cold]
    fn expire(&self, entry: &Entry<K, V>) {
        let header = &entry.header;
        let gone = self.table.lock().take(header.hash, header.serial);
        if gone.is_some() {
            self.stats.expired();
        }
    }

    /// The entry of a key, expired or not.
    fn find(&self, hash: u64, mut is: impl FnMut(&K) -> bool) -> Option<Shared<K, V>> {
        let mut compared = Compared::new();
        for _ in 0..ROUNDS {
            let found = Candidates::collect(&self.table.lock(), hash, &compared);
            if found.is_empty() {
                return None;
            }
            if let Some(entry) = found.find(&mut compared, &mut is) {
                return Some(entry);
            }
        }
        None
    }

    /// A look-up that leaves no trace.
    pub(crate) fn peek_with(&self, hash: u64, is: impl FnMut(&K) -> bool) -> Option<V> {
        let entry = self.find(hash, is)?;
        let now = self.time();
        (!self.is_over(&entry, now)).then(|| (self.outcomes.copy)(&entry.value))
    }

    /// Is there an entry for this key? Leaves no trace.
    pub(crate) fn holds(&self, hash: u64, is: impl FnMut(&K) -> bool) -> bool {
        let entry = self.find(hash, is);
        entry.is_some_and(|entry| !self.is_over(&entry, self.time()))
    }

    /// Is this a value to store, and what does it weigh?
    fn judge(&self, key: &K, value: &V) -> Option<u64> {
        if !self.stores() || !(self.outcomes.storable)(value) {
            return None;
        }
        if self.cache_if.as_ref().is_some_and(|wanted| !wanted(value)) {
            return None;
        }
        let (Some(weigh), Some(max)) = (&self.weigher, self.max_weight) else {
            return Some(0);
        };
        let weight = weigh(key, value);
        (weight <= max).then_some(weight)
    }

    /// Stores an entry, in one locked section with all that makes it right: no fence came in, every
    /// entry with this hash was compared, the one with the same key leaves. Gives back what was
    /// replaced.
    fn publish(
        &self,
        entry: Shared<K, V>,
        flight: Option<&FlightId>,
        mode: Mode,
        mut compared: Compared,
    ) -> Option<Shared<K, V>> {
        let hash = entry.header.hash;
        // The entry with the same key.
        let mut same: Option<Shared<K, V>> = None;
        // It has left already, to make room for its successor.
        let mut early = false;
        let mut departed = Departed::new();
        let mut rounds = 0;
        loop {
            let found = {
                let mut table = self.table.lock();
                if flight.is_some_and(|flight| !table.flights.may_store(flight)) {
                    return None;
                }
                let found = Candidates::collect(&table, hash, &compared);
                if found.is_empty() || rounds == ROUNDS {
                    let now = self.time();
                    // Another call may have taken it out since.
                    let old = same
                        .as_ref()
                        .filter(|old| early || table.find(hash, old.header.serial).is_some());
                    let over = old.is_some_and(|old| self.is_over(old, now));
                    let serial = old.map(|old| old.header.serial);
                    let replaced = old.filter(|_| !over).cloned();
                    if !found.is_empty() {
                        // Too many newcomers with this hash: it can't be stored, but an `insert`
                        // takes the old value away all the same.
                        if mode != Mode::Insert {
                            return None;
                        }
                        table.flights.fence(hash);
                        departed.extend(serial.and_then(|serial| table.take(hash, serial)));
                        return replaced;
                    }
                    if mode == Mode::IfAbsent && replaced.is_some() {
                        return None;
                    }
                    let stats = &self.stats;
                    match table.make_room(&entry.header, serial, now, &mut departed, stats) {
                        Room::Made => {
                            if mode != Mode::IfAbsent {
                                table.flights.fence(hash);
                            }
                            if let Some(old) = serial.and_then(|serial| table.take(hash, serial)) {
                                departed.push(old);
                                if over {
                                    stats.expired();
                                }
                            }
                            let uses = replaced
                                .as_ref()
                                .map_or(0, |old| old.header.words.count.load(Relaxed));
                            table.store(entry, uses, now, &self.recency, &mut departed, stats);
                            return replaced;
                        }
                        Room::Never => return None,
                        Room::DropFirst => {}
                    }
                }
                found
            };
            early |= same.as_ref().is_some_and(|old| {
                let mut departed = departed.iter();
                departed.any(|gone| gone.header.serial == old.header.serial)
            });
            departed.clear();
            rounds += usize::from(!found.is_empty());
            let ops = &self.keys;
            if let Some(old) = found.find(&mut compared, |stored| ops.same(&entry.key, stored)) {
                compared.push(old.header.serial);
                same = Some(old);
            }
        }
    }

    /// Stores a value under a key; gives back the one it replaced. What is not to be stored is not,
    /// and the old value leaves all the same.
    pub(crate) fn put(&self, hash: u64, key: K, value: V) -> Option<V> {
        if !self.stores() {
            return None;
        }
        let Some(weight) = self.judge(&key, &value) else {
            return self.remove_with(hash, |stored| self.keys.same(&key, stored));
        };
        let entry = Entry::new(hash, weight, key, value);
        let old = self.publish(entry, None, Mode::Insert, Compared::new());
        old.map(|old| (self.outcomes.copy)(&old.value))
    }

    /// Forgets a key; gives back its value. The look that shows that there is none, and the taking
    /// away, fence in their own locked sections: nothing that began before is stored after it.
    pub(crate) fn remove_with(&self, hash: u64, mut is: impl FnMut(&K) -> bool) -> Option<V> {
        let mut compared = Compared::new();
        for _ in 0..=ROUNDS {
            let found = {
                let mut table = self.table.lock();
                table.flights.fence(hash);
                Candidates::collect(&table, hash, &compared)
            };
            if found.is_empty() {
                return None;
            }
            let Some(entry) = found.find(&mut compared, &mut is) else {
                continue;
            };
            let gone = {
                let mut table = self.table.lock();
                table.flights.fence(hash);
                table.take(hash, entry.header.serial)
            };
            if gone.is_some() {
                if self.is_over(&entry, self.time()) {
                    self.stats.expired();
                    return None;
                }
                return Some((self.outcomes.copy)(&entry.value));
            }
        }
        None
    }

    /// Begins to compute a key again, whether it is stored or not: computations under way may not
    /// store any more, and this one only if nothing else comes between.
    pub(crate) fn begin_refresh(&self, hash: u64, key: impl FnOnce() -> K) -> Miss<'_, K, V> {
        let mut miss = Miss::begin(self);
        miss.hash = hash;
        miss.counts = false;
        miss.mode = Mode::Refresh;
        if self.stores() {
            let mut table = self.table.lock();
            table.flights.fence(hash);
            miss.flight = Some(table.flights.begin(hash));
            drop(table);
            miss.key = Some(key());
        }
        miss
    }
}

/// What becomes of an entry with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It came in while this one was computed, and stays.
    IfAbsent,
    /// It leaves, even if the new one can't be stored.
    Insert,
    /// It leaves if the new one is stored.
    Refresh,
}
