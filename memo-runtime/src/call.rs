//! The path of a call: a look without a lock; on a miss compute without a lock, then store.
//!
//! User code (`Eq`, `Clone`, `Drop`, the weigher, the predicate, the body) runs between the locked
//! sections, never in them. `Eq` can't decide under the lock whether a key came in meanwhile, so
//! entries with the same hash are pinned, compared without the lock, and kept pinned, so that their ids
//! tell them from others; whoever then finds none that it hasn't compared goes on. Each further round
//! needs a new entry with an equal hash; after [`ROUNDS`] of them the value is given and not stored.

use crate::arena::{Column, EntryId, Garbage, Locked, Pin};
use crate::cache::Cache;
use crate::clock::Nanos;
use crate::flight::FlightId;
use crate::hazard::Record;
use crate::policy::Touch;
use crate::scope::Scope;
use crate::stats::Watch;
use crate::sync::Ordering::Relaxed;
use crate::table::{Room, Table};

/// How often entries with the same hash may come in between.
const ROUNDS: usize = 8;

/// The part of a hash that the index knows: 31 bits, so that no part of it is all ones.
#[inline]
pub(crate) fn short(hash: u64) -> u32 {
    (hash >> 33) as u32
}

/// Entries that were compared, and are other keys: their ids, and when they were stored, which tells
/// them from later ones.
type Compared = Vec<(EntryId, u64)>;

type Lock<'c, K, V, S> = Locked<'c, K, V, S, Table>;

/// Entries that are pinned, to be compared. Mostly none: no allocation.
struct Candidates<'r, K, V>(Vec<(Pin<'r, K, V>, u64)>);

impl<'r, K, V> Candidates<'r, K, V> {
    /// The entries with this hash that were not compared yet.
    fn collect<'c: 'r, S: Scope>(
        locked: &Lock<'c, K, V, S>,
        record: &'r Record,
        hash: u64,
        compared: &Compared,
    ) -> Self {
        let slots = locked.slots();
        let mut candidates = Vec::new();
        if slots.may_have(short(hash)) {
            for id in slots.with_hash(short(hash)) {
                let stored = slots.meta(id).map(|meta| slots.stored(meta));
                let new = stored.filter(|stored| !compared.contains(&(id, *stored)));
                if let Some((stored, pin)) = new.zip(locked.pin(record, id)) {
                    candidates.push((pin, stored));
                }
            }
        }
        Self(candidates)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one with the key that is looked for. All that were compared are noted.
    fn find(
        self,
        compared: &mut Compared,
        mut is: impl FnMut(&K) -> bool,
    ) -> Option<Pin<'r, K, V>> {
        for (pin, stored) in self.0 {
            compared.push((pin.id, stored));
            if is(&pin.key) {
                return Some(pin);
            }
        }
        None
    }
}

/// A call that isn't answered yet: if it panics on the way it is a miss.
struct Call<'c, K, V, S: Scope> {
    cache: &'c Cache<K, V, S>,
    answered: bool,
}

impl<'c, K, V, S: Scope> Call<'c, K, V, S> {
    #[inline]
    fn begin(cache: &'c Cache<K, V, S>) -> Self {
        let answered = false;
        Self { cache, answered }
    }

    /// It is a hit.
    #[inline]
    fn answered(&mut self) {
        self.answered = true;
    }
}

impl<K, V, S: Scope> Drop for Call<'_, K, V, S> {
    #[inline]
    fn drop(&mut self) {
        if !self.answered {
            drop(Miss::new(self.cache));
        }
    }
}

/// A computation that is under way: it ends when this is dropped, and counts as a miss then.
pub(crate) struct Miss<'c, K, V, S: Scope> {
    cache: &'c Cache<K, V, S>,
    hash: u64,
    /// None where nothing is to be stored.
    key: Option<K>,
    /// Mostly none.
    compared: Compared,
    flight: Option<FlightId>,
    mode: Mode,
    /// Is this a call? A refresh is none.
    counts: bool,
    failed: bool,
    watch: Watch,
}

impl<K, V, S: Scope> Drop for Miss<'_, K, V, S> {
    fn drop(&mut self) {
        if self.counts || self.flight.is_some() {
            let cache = self.cache;
            cache.with_record(|record| cache.recency.advance(record));
            let mut locked = cache.arena.lock();
            self.end(locked.parts().1);
        }
    }
}

impl<'c, K, V, S: Scope> Miss<'c, K, V, S> {
    fn new(cache: &'c Cache<K, V, S>) -> Self {
        Self {
            cache,
            hash: 0,
            key: None,
            compared: Compared::new(),
            flight: None,
            mode: Mode::IfAbsent,
            counts: !cache.disabled,
            failed: false,
            watch: Watch::Idle,
        }
    }

    /// What becomes of a call that finds nothing.
    fn of(mut call: Call<'c, K, V, S>) -> Self {
        call.answered();
        Self::new(call.cache)
    }

    /// The body has given an error, which is not stored.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    /// The call is over: counted, and no longer under way.
    fn end(&mut self, table: &mut Table) {
        if let Some(flight) = self.flight.take() {
            table.flights.finish(flight);
        }
        if std::mem::take(&mut self.counts) {
            table.stats.misses += 1;
            table.stats.errors += u64::from(self.failed);
            table.stats.computing.add(self.watch);
        }
    }

    /// The body has given this: stored, if it is to be stored.
    pub(crate) fn finish(mut self, value: V) -> V {
        let cache = self.cache;
        self.watch.stop();
        self.failed = (cache.outcomes.failed)(&value);
        if let Some(key) = self.key.take() {
            if let Some(weight) = cache.judge(&key, &value) {
                let new = New {
                    hash: self.hash,
                    weight,
                    key,
                    value: (cache.outcomes.copy)(&value),
                };
                cache.with_record(|record| cache.publish_miss(record, new, &mut self));
            }
        }
        value
    }
}

/// What is to be stored.
struct New<K, V> {
    hash: u64,
    weight: u64,
    key: K,
    value: V,
}

impl<K, V, S: Scope> Cache<K, V, S> {
    #[inline]
    pub(crate) fn with_record<R>(&self, f: impl FnOnce(&Record) -> R) -> R {
        self.arena.scope().with_record(f)
    }

    pub(crate) fn is_over(&self, entry: &Pin<'_, K, V>, now: Nanos) -> bool {
        self.lifetimes.is_over(entry.meta(self.arena.shape()), now)
    }

    /// A hit, found without a lock: counted, marked as used, and given to `read`. A call that panics
    /// before it is answered is a miss.
    ///
    /// # Errors
    /// The hash, made not to be 0, if nothing was found, which doesn't say that there is nothing.
    #[inline(always)]
    pub(crate) fn hit<R>(
        &self,
        hash: impl FnOnce() -> u64,
        is: impl FnMut(&K) -> bool,
        read: impl FnOnce(&V) -> R,
    ) -> Result<R, u64> {
        let mut call = Call::begin(self);
        let hash = hash();
        if self.touch == Touch::More {
            call.answered();
            return self.hit_with_more(hash, is, read);
        }
        // No function is called here, but for user code: so all that this needs is in registers that
        // nobody has to save.
        let found = self.arena.scope().record().and_then(|record| {
            let entry = self.arena.find(record, short(hash), is)?;
            self.arena
                .scope()
                .count_hit(record)
                .then_some((entry, record))
        });
        call.answered();
        let Some((entry, record)) = found else {
            return Err(hash | 1);
        };
        if self.touch == Touch::Stamp {
            self.recency.touch(entry.word(), record);
        }
        Ok(read(&entry.value))
    }

    /// A hit that has more to write, or the clock to read.
    #[inline(never)]
    fn hit_with_more<R>(
        &self,
        hash: u64,
        is: impl FnMut(&K) -> bool,
        read: impl FnOnce(&V) -> R,
    ) -> Result<R, u64> {
        let mut call = Call::begin(self);
        let found = self.arena.scope().record().and_then(|record| {
            let entry = self.arena.find(record, short(hash), is)?;
            self.used(&entry, record).then_some(entry)
        });
        call.answered();
        found.map(|entry| read(&entry.value)).ok_or(hash | 1)
    }

    /// Counts a hit and marks the entry as used. `false`: it has expired.
    #[inline]
    fn used(&self, entry: &Pin<'_, K, V>, record: &Record) -> bool {
        let meta = entry.meta(self.arena.shape());
        if !self.lifetimes.touch(meta) {
            return false;
        }
        if self.has_order {
            self.recency.touch(entry.word(), record);
        }
        if let Some(count) = meta.column(Column::Count) {
            // Not a load and a store: no use may be lost.
            count.fetch_add(1, Relaxed);
        }
        let scope = self.arena.scope();
        if !scope.count_hit(record) {
            scope.prepare_count(record);
            scope.count_hit(record);
        }
        true
    }

    /// A call that wasn't answered without the lock: a hit, or the miss that it begins. `to_stored`
    /// makes the key owned.
    pub(crate) fn look_up_locked(
        &self,
        hash: impl FnOnce() -> u64,
        is: impl FnMut(&K) -> bool,
        to_stored: impl FnOnce() -> K,
        read: impl Fn(&V) -> V,
    ) -> Result<V, Miss<'_, K, V, S>> {
        let mut call = Call::begin(self);
        if !self.stores() {
            let mut miss = Miss::of(call);
            if miss.counts {
                miss.watch = self.arena.lock().parts().1.stats.computing.watch();
                miss.watch.start();
            }
            return Err(miss);
        }
        let hash = hash();
        let begin = |table: &mut Table| {
            let watch = table.stats.computing.watch();
            (table.flights.begin(hash), watch)
        };
        let read = |value: &V| {
            call.answered();
            read(value)
        };
        match self.find_used(hash, is, read, begin) {
            Ok(value) => Ok(value),
            Err(((flight, watch), compared)) => {
                let mut miss = Miss::of(call);
                miss.compared = compared;
                miss.hash = hash;
                miss.flight = Some(flight);
                miss.key = Some(to_stored());
                miss.watch = watch;
                miss.watch.start();
                Err(miss)
            }
        }
    }

    /// A look-up that counts, and begins nothing if it misses.
    pub(crate) fn get_with(
        &self,
        hash: impl FnOnce() -> u64,
        mut is: impl FnMut(&K) -> bool,
    ) -> Option<V> {
        let hash = match self.hit(hash, &mut is, self.outcomes.copy) {
            Ok(value) => return Some(value),
            Err(hash) => hash,
        };
        let mut call = Call::begin(self);
        let read = |value: &V| {
            call.answered();
            (self.outcomes.copy)(value)
        };
        self.find_used(hash, is, read, |_| ()).ok()
    }

    /// The entry of a key, counted as a hit and marked as used. Where there is none, `absent` runs
    /// under the lock that showed it.
    fn find_used<T>(
        &self,
        hash: u64,
        mut is: impl FnMut(&K) -> bool,
        mut read: impl FnMut(&V) -> V,
        absent: impl FnOnce(&mut Table) -> T,
    ) -> Result<V, (T, Compared)> {
        self.with_record(|record| {
            let mut compared = Compared::new();
            for round in 0.. {
                let mut locked = self.arena.lock();
                let found = Candidates::collect(&locked, record, hash, &compared);
                if found.is_empty() || round == ROUNDS {
                    return Err((absent(locked.parts().1), compared));
                }
                drop(locked);
                if let Some(entry) = found.find(&mut compared, &mut is) {
                    if self.used(&entry, record) {
                        return Ok(read(&entry.value));
                    }
                    self.expire(&entry);
                }
            }
            unreachable!("the rounds are counted")
        })
    }

    /// Takes out an entry that a look-up met after its time.
    #[cold]
    fn expire(&self, entry: &Pin<'_, K, V>) {
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        if entry.is_linked() {
            table.unlink(entry.id, slots);
            table.stats.expirations += 1;
        }
        // No store may come that would do it.
        let garbage = self.take_garbage(&mut locked);
        drop(locked);
        drop(garbage);
    }

    /// Gives the entry of a key, expired or not, to `read`.
    fn find<R>(
        &self,
        hash: u64,
        mut is: impl FnMut(&K) -> bool,
        read: impl FnOnce(Pin<'_, K, V>) -> R,
    ) -> Option<R> {
        self.with_record(|record| {
            if let Some(entry) = self.arena.find(record, short(hash), &mut is) {
                return Some(read(entry));
            }
            let mut compared = Compared::new();
            for _ in 0..ROUNDS {
                let found = Candidates::collect(&self.arena.lock(), record, hash, &compared);
                if found.is_empty() {
                    return None;
                }
                if let Some(entry) = found.find(&mut compared, &mut is) {
                    return Some(read(entry));
                }
            }
            None
        })
    }

    /// A look-up that leaves no trace.
    pub(crate) fn peek_with(&self, hash: u64, is: impl FnMut(&K) -> bool) -> Option<V> {
        let read = |entry: Pin<'_, K, V>| {
            let over = self.is_over(&entry, self.lifetimes.now());
            (!over).then(|| (self.outcomes.copy)(&entry.value))
        };
        self.find(hash, is, read).flatten()
    }

    /// Is there an entry for this key? Leaves no trace.
    pub(crate) fn holds(&self, hash: u64, is: impl FnMut(&K) -> bool) -> bool {
        let read = |entry: Pin<'_, K, V>| !self.is_over(&entry, self.lifetimes.now());
        self.find(hash, is, read) == Some(true)
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

    /// Stores what a computation has given. Mostly nobody has this hash and there is nothing to
    /// compare.
    fn publish_miss<'c>(&'c self, record: &Record, new: New<K, V>, miss: &mut Miss<'c, K, V, S>) {
        let now = self.lifetimes.now();
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        let may_store = |flight| table.flights.may_store(flight);
        if miss.mode == Mode::IfAbsent
            && miss.flight.as_ref().is_none_or(may_store)
            && !slots.may_have(short(new.hash))
            && table.make_room(new.weight, None, now, slots) == Room::Made
        {
            self.store(&mut locked, record, new, 0, now);
            miss.end(locked.parts().1);
            let garbage = self.take_garbage(&mut locked);
            drop(locked);
            drop(garbage);
            return;
        }
        drop(locked);
        drop(self.publish(record, new, miss.mode, Some(miss)));
    }

    /// Adds an entry for which there is room.
    fn store<'c>(
        &'c self,
        locked: &mut Lock<'c, K, V, S>,
        record: &Record,
        new: New<K, V>,
        uses: u64,
        now: Nanos,
    ) {
        let (slots, table) = locked.parts();
        table.sweep_some(now, slots);
        let word = self.recency.issue(record);
        let weight = new.weight;
        let id = locked.store(short(new.hash), new.key, new.value, |meta, table| {
            table.begin(meta, word, weight, uses, now);
        });
        let (slots, table) = locked.parts();
        table.admit(id, weight, slots);
    }

    /// Stores an entry, in one locked section with all that makes it right: no fence came in, every
    /// entry with this hash was compared, the one with the same key leaves. Gives back what was
    /// replaced. The computation that it comes from ends in the same section.
    #[inline(never)]
    fn publish<'r, 'c: 'r>(
        &'c self,
        record: &'r Record,
        new: New<K, V>,
        mode: Mode,
        mut miss: Option<&mut Miss<'c, K, V, S>>,
    ) -> Option<Pin<'r, K, V>> {
        let hash = new.hash;
        let mut compared = miss
            .as_mut()
            .map_or_else(Compared::new, |miss| std::mem::take(&mut miss.compared));
        // The entry with the same key.
        let mut same: Option<Pin<'r, K, V>> = None;
        // It has left already, to make room for its successor.
        let mut early = false;
        let mut rounds = 0;
        loop {
            let now = self.lifetimes.now();
            let mut locked = self.arena.lock();
            let flight = miss.as_ref().and_then(|miss| miss.flight.as_ref());
            let may_store = flight.is_none_or(|flight| locked.parts().1.flights.may_store(flight));
            let found = Candidates::collect(&locked, record, hash, &compared);
            if may_store && !found.is_empty() && rounds < ROUNDS {
                drop(locked);
                rounds += 1;
                let is = |stored: &K| self.keys.same(&new.key, stored);
                if let Some(entry) = found.find(&mut compared, is) {
                    same = Some(entry);
                }
                continue;
            }
            let (slots, table) = locked.parts();
            // Another call may have taken it out since.
            let old = same.as_ref().filter(|old| early || old.is_linked());
            let over = old.is_some_and(|old| self.is_over(old, now));
            let linked = old.filter(|old| old.is_linked()).map(|old| old.id);
            let is_replaced = old.is_some() && !over;
            let room = match mode {
                _ if !may_store => Room::Never,
                // Too many newcomers with this hash: it can't be stored, but an `insert` takes the
                // old value away all the same.
                Mode::Insert if !found.is_empty() => {
                    table.flights.fence(hash);
                    linked.into_iter().for_each(|id| table.unlink(id, slots));
                    Room::Never
                }
                _ if !found.is_empty() => Room::Never,
                Mode::IfAbsent if is_replaced => Room::Never,
                _ => table.make_room(new.weight, linked, now, slots),
            };
            if room == Room::FreeFirst {
                early |= linked.is_some_and(|id| slots.meta(id).is_none());
                table.garbage_taken();
                let garbage = locked.garbage();
                drop(locked);
                drop(garbage);
                continue;
            }
            if room == Room::Made {
                if mode != Mode::IfAbsent {
                    table.flights.fence(hash);
                }
                if let Some(id) = linked.filter(|id| slots.meta(*id).is_some()) {
                    table.unlink(id, slots);
                    table.stats.expirations += u64::from(over);
                }
                let uses = old
                    .filter(|_| is_replaced)
                    .map_or(0, |old| old.meta(self.arena.shape()).get(Column::Count));
                self.store(&mut locked, record, new, uses, now);
            }
            if let Some(miss) = &mut miss {
                if room != Room::Made {
                    self.recency.advance(record);
                }
                miss.end(locked.parts().1);
            }
            let garbage = self.take_garbage(&mut locked);
            drop(locked);
            drop(found);
            drop(garbage);
            return same.filter(|_| is_replaced);
        }
    }

    /// What has left, if it is time to free it.
    fn take_garbage<'c>(
        &'c self,
        locked: &mut Lock<'c, K, V, S>,
    ) -> Option<Garbage<'c, K, V, S, Table>> {
        let (slots, table) = locked.parts();
        if !table.is_full_of_garbage(slots) {
            return None;
        }
        table.garbage_taken();
        Some(locked.garbage())
    }

    /// Frees what has left and isn't being read.
    pub(crate) fn free_garbage<'c>(&'c self, mut locked: Lock<'c, K, V, S>) {
        locked.parts().1.garbage_taken();
        let garbage = locked.garbage();
        drop(locked);
        drop(garbage);
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
        let new = New {
            hash,
            weight,
            key,
            value,
        };
        self.with_record(|record| {
            let old = self.publish(record, new, Mode::Insert, None)?;
            Some((self.outcomes.copy)(&old.value))
        })
    }

    /// Forgets a key; gives back its value. The look that shows that there is none, and the taking
    /// away, fence in their own locked sections: nothing that began before is stored after it.
    pub(crate) fn remove_with(&self, hash: u64, mut is: impl FnMut(&K) -> bool) -> Option<V> {
        self.with_record(|record| {
            let mut compared = Compared::new();
            for _ in 0..=ROUNDS {
                let mut locked = self.arena.lock();
                locked.parts().1.flights.fence(hash);
                let found = Candidates::collect(&locked, record, hash, &compared);
                drop(locked);
                if found.is_empty() {
                    return None;
                }
                let Some(entry) = found.find(&mut compared, &mut is) else {
                    continue;
                };
                let now = self.lifetimes.now();
                let over = self.is_over(&entry, now);
                let mut locked = self.arena.lock();
                let (slots, table) = locked.parts();
                table.flights.fence(hash);
                if entry.is_linked() {
                    table.unlink(entry.id, slots);
                    table.stats.expirations += u64::from(over);
                    table.garbage_taken();
                    let garbage = locked.garbage();
                    drop(locked);
                    let value = (!over).then(|| (self.outcomes.copy)(&entry.value));
                    drop(entry);
                    drop(garbage);
                    return value;
                }
            }
            None
        })
    }

    /// Begins to compute a key again, whether it is stored or not: computations under way may not
    /// store any more, and this one only if nothing else comes between.
    pub(crate) fn begin_refresh(&self, hash: u64, key: impl FnOnce() -> K) -> Miss<'_, K, V, S> {
        let mut miss = Miss::new(self);
        miss.hash = hash;
        miss.counts = false;
        miss.mode = Mode::Refresh;
        if self.stores() {
            let mut locked = self.arena.lock();
            let (_, table) = locked.parts();
            table.flights.fence(hash);
            miss.flight = Some(table.flights.begin(hash));
            drop(locked);
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
