//! The path of a call: a look without a lock; on a miss compute without a lock, then store.
//!
//! User code (`Eq`, `Clone`, `Drop`, the weigher, the predicate, the body) runs between the locked
//! sections, never in them. `Eq` can't decide under the lock whether a key came in meanwhile, so
//! entries with the same hash are pinned, compared without the lock, and kept pinned, so that their ids
//! tell them from others; whoever then finds none that it hasn't compared goes on. Each further round
//! needs a new entry with an equal hash; after [`ROUNDS`] of them the value is given and not stored.

use crate::arena::{Column, EntryId, Locked, Pin};
use crate::cache::Cache;
use crate::cause::Cause;
use crate::clock::Nanos;
use crate::hazard::Record;
use crate::miss::Miss;
use crate::ops::{COLLIDED, normal};
use crate::policy::Touch;
use crate::scope::Scope;
use crate::sync::Ordering::Relaxed;
use crate::table::Ledger;
use crate::uses;
use std::collections::BTreeSet;

/// How often entries with the same hash may come in between.
pub(crate) const ROUNDS: usize = 8;

/// The part of a hash that the index knows: 31 bits, so that no part of it is all ones.
#[inline]
pub(crate) fn short(hash: u64) -> u32 {
    (hash >> 33) as u32
}

/// Entries that were compared, and are other keys: their ids, and when they were stored, which tells
/// them from later ones.
pub(crate) type Compared = BTreeSet<(EntryId, u64)>;

/// Most entries that are pinned to be compared in one round.
const BATCH: usize = 256;

pub(crate) type Lock<'c, K, V, S> = Locked<'c, K, V, S, Ledger<K, V>>;

/// Entries that are pinned, to be compared. Mostly none: no allocation.
pub(crate) struct Candidates<'r, K, V>(Vec<(Pin<'r, K, V>, u64)>);

impl<'r, K, V> Candidates<'r, K, V> {
    /// The entries with this hash that were not compared yet.
    pub(crate) fn collect<'c: 'r, S: Scope>(
        locked: &Lock<'c, K, V, S>,
        record: &'r Record,
        hash: u64,
        compared: &Compared,
    ) -> Self {
        let slots = locked.slots();
        let mut candidates = Vec::new();
        if slots.may_have(short(hash)) {
            let ids = slots.with_hash(short(hash));
            for id in ids {
                if candidates.len() == BATCH {
                    break;
                }
                let stored = slots.meta(id).map(|meta| slots.stored(meta));
                let new = stored.filter(|stored| !compared.contains(&(id, *stored)));
                if let Some((stored, pin)) = new.zip(locked.pin(record, id)) {
                    candidates.push((pin, stored));
                }
            }
        }
        Self(candidates)
    }

    /// Are there more than were collected?
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() == BATCH
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one with the key that is looked for. All that were compared are noted.
    pub(crate) fn find(
        self,
        compared: &mut Compared,
        mut is: impl FnMut(&K) -> bool,
    ) -> Option<Pin<'r, K, V>> {
        for (pin, stored) in self.0 {
            compared.insert((pin.id, stored));
            if is(&pin.key) {
                return Some(pin);
            }
        }
        None
    }
}

/// A call that isn't answered yet: if it panics on the way it is a miss.
pub(crate) struct Call<'c, K, V, S: Scope> {
    cache: &'c Cache<K, V, S>,
    answered: bool,
}

impl<'c, K, V, S: Scope> Call<'c, K, V, S> {
    #[inline]
    pub(crate) fn begin(cache: &'c Cache<K, V, S>) -> Self {
        let answered = false;
        Self { cache, answered }
    }

    /// Part of a call that goes on: a panic in it ends the call.
    pub(crate) fn during<R>(cache: &'c Cache<K, V, S>, part: impl FnOnce() -> R) -> R {
        let mut call = Self::begin(cache);
        let result = part();
        call.answered();
        result
    }

    /// It is a hit.
    #[inline]
    pub(crate) fn answered(&mut self) {
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

impl<K, V, S: Scope> Cache<K, V, S> {
    #[inline]
    pub(crate) fn with_record<R>(&self, f: impl FnOnce(&Record) -> R) -> R {
        self.arena.scope().with_record(f)
    }

    pub(crate) fn is_over(&self, entry: &Pin<'_, K, V>, now: Nanos) -> bool {
        self.lifetimes.is_over(entry.meta(self.arena.shape()), now)
    }

    fn is_gone(&self, entry: &Pin<'_, K, V>, now: Nanos) -> bool {
        self.lifetimes.is_gone(entry.meta(self.arena.shape()), now)
    }

    /// A hit, found without a lock: counted, marked as used, and given to `read`. A call that panics
    /// before it is answered is a miss.
    ///
    /// # Errors
    /// The hash, if nothing was found, which doesn't say that there is nothing; with [`COLLIDED`].
    #[inline(always)]
    pub(crate) fn hit<R>(
        &self,
        hash: impl FnOnce() -> u64,
        mut is: impl FnMut(&K) -> bool,
        read: impl FnOnce(&V) -> R,
    ) -> Result<R, u64> {
        let mut call = Call::begin(self);
        let hash = hash();
        if self.more.is_set() {
            call.answered();
            return self.hit_with_more(hash, is, read);
        }
        // No function is called here, but for user code: so all that this needs is in registers that
        // nobody has to save.
        let mut collided = false;
        let is = |stored: &K| {
            collided = !is(stored);
            !collided
        };
        let found = self.arena.scope().record().and_then(|record| {
            let entry = self.arena.find(record, short(hash), is)?;
            let count = self.arena.scope().count_hit(record);
            (count > 0).then_some((entry, record, count))
        });
        call.answered();
        let Some((entry, record, count)) = found else {
            return Err(normal(hash) | if collided { COLLIDED } else { 0 });
        };
        if self.uses != Touch::Nothing {
            // Only told apart where there is something to write.
            match self.uses {
                Touch::Uses(most) => uses::touch(entry.word(), most),
                Touch::Pulse => self.beat(&entry, count),
                _ => self.recency.touch(entry.word(), record),
            }
        }
        Ok(read(&entry.value))
    }

    /// A call with this hash begins that doesn't look for a hit first.
    pub(crate) fn begun(&self, hash: u64) -> u64 {
        let hash = normal(hash);
        self.tap.note(hash);
        hash
    }

    /// A hit that has more to write, the clock to read, or to be told of.
    #[inline(never)]
    fn hit_with_more<R>(
        &self,
        hash: u64,
        mut is: impl FnMut(&K) -> bool,
        read: impl FnOnce(&V) -> R,
    ) -> Result<R, u64> {
        let mut call = Call::begin(self);
        self.tap.note(normal(hash));
        let mut collided = false;
        let is = |stored: &K| {
            collided = !is(stored);
            !collided
        };
        let found = self.arena.scope().record().and_then(|record| {
            let entry = self.arena.find(record, short(hash), is)?;
            let now = self.used(&entry, record)?;
            Some((entry, now))
        });
        call.answered();
        let found = found.map(|(entry, now)| {
            let read = read(&entry.value);
            self.refresh_if_due(&entry, normal(hash), now);
            read
        });
        found.ok_or(normal(hash) | if collided { COLLIDED } else { 0 })
    }

    /// A hit among entries with equal hashes, found without a lock.
    #[cold]
    pub(crate) fn hit_among_others<R>(
        &self,
        hash: u64,
        is: impl FnMut(&K) -> bool,
        read: impl FnOnce(&V) -> R,
    ) -> Option<R> {
        self.with_record(|record| {
            let entry = self.arena.find_among_others(record, short(hash), is)?;
            let now = self.used(&entry, record)?;
            let read = read(&entry.value);
            self.refresh_if_due(&entry, normal(hash), now);
            Some(read)
        })
    }

    /// Counts a hit and marks the entry as used. Says when; none if it has expired.
    #[inline(always)]
    fn used(&self, entry: &Pin<'_, K, V>, record: &Record) -> Option<Nanos> {
        let now = self.lifetimes.touch(entry.meta(self.arena.shape()))?;
        let scope = self.arena.scope();
        let mut count = scope.count_hit(record);
        if count == 0 {
            scope.prepare_count(record);
            count = scope.count_hit(record);
        }
        self.tell_policy(entry, record, count);
        Some(now)
    }

    /// A hit, the `count`-th one of this thread, for the policy that wants to know when.
    #[inline(always)]
    fn beat(&self, entry: &Pin<'_, K, V>, count: u64) {
        if let Some(pulse) = &self.pulse {
            if pulse.is_over(count) {
                pulse.tick();
            }
            pulse.touch(entry.word(), entry.id);
        }
    }

    /// A use, the `count`-th one of this thread, for the policy.
    #[inline(always)]
    fn tell_policy(&self, entry: &Pin<'_, K, V>, record: &Record, count: u64) {
        match self.uses {
            Touch::Nothing => {}
            Touch::Uses(most) => uses::touch(entry.word(), most),
            Touch::Stamp | Touch::More => self.recency.touch(entry.word(), record),
            Touch::Pulse => self.beat(entry, count),
        }
        if let Some(count) = entry.meta(self.arena.shape()).column(Column::Count) {
            // Not a load and a store: no use may be lost.
            count.fetch_add(1, Relaxed);
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
        let mut read = |value: &V| {
            call.answered();
            (self.outcomes.copy)(value)
        };
        if hash & COLLIDED != 0 {
            let found = self.hit_among_others(hash, &mut is, &mut read);
            if found.is_some() {
                return found;
            }
        }
        self.find_used(normal(hash), &mut Compared::new(), is, read, |_| ())
            .ok()
    }

    /// The entry of a key, counted as a hit and marked as used. Where there is none beside those that
    /// were `compared`, `absent` runs under the lock that showed it.
    pub(crate) fn find_used<T>(
        &self,
        hash: u64,
        compared: &mut Compared,
        mut is: impl FnMut(&K) -> bool,
        mut read: impl FnMut(&V) -> V,
        absent: impl FnOnce(&mut Ledger<K, V>) -> T,
    ) -> Result<V, T> {
        self.with_record(|record| {
            let mut rounds = 0;
            let mut stale = None;
            loop {
                let mut locked = self.arena.lock();
                let found = Candidates::collect(&locked, record, hash, compared);
                if found.is_empty() || rounds == ROUNDS {
                    if let Some(stale) = stale {
                        // To be found again by what takes its place.
                        compared.remove(&stale);
                    }
                    return Err(absent(locked.parts().1));
                }
                drop(locked);
                rounds += usize::from(!found.is_full());
                if let Some(entry) = found.find(compared, &mut is) {
                    if let Some(now) = self.used(&entry, record) {
                        let value = read(&entry.value);
                        self.refresh_if_due(&entry, hash, now);
                        return Ok(value);
                    }
                    stale = self.expire(entry);
                }
            }
        })
    }

    /// Takes out an entry that a look-up met after its time, unless it stays to stand in for an error:
    /// then it says which one that is.
    #[cold]
    fn expire(&self, entry: Pin<'_, K, V>) -> Option<(EntryId, u64)> {
        let stays = self.lifetimes.keeps_stale() && !self.is_gone(&entry, self.lifetimes.now());
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        if stays {
            let meta = slots.meta(entry.id).filter(|_| entry.is_linked());
            return meta.map(|meta| (entry.id, slots.stored(meta)));
        }
        if entry.is_linked() {
            table.unlink(entry.id, Cause::Expired, slots);
        }
        // No store may come that would do it.
        let aftermath = self.aftermath(&mut locked);
        drop(locked);
        drop(entry);
        drop(aftermath);
        None
    }

    /// What is to be given in place of an error: a copy of the last `Ok` of this key, if that is over and
    /// still there. For the policy that is a use.
    pub(crate) fn stand_in(&self, hash: u64, is: impl FnMut(&K) -> bool) -> Option<V> {
        if !self.lifetimes.keeps_stale() {
            return None;
        }
        let read = |entry: Pin<'_, K, V>| {
            let now = self.lifetimes.now();
            let is_stale = self.is_over(&entry, now) && !self.is_gone(&entry, now);
            if !is_stale || (self.outcomes.failed)(&entry.value) {
                return None;
            }
            let meta = entry.meta(self.arena.shape());
            self.lifetimes.mark_used(meta, now);
            self.with_record(|record| self.tell_policy(&entry, record, 1));
            Some((self.outcomes.copy)(&entry.value))
        };
        self.find(hash, is, read).flatten()
    }

    /// Gives the entry of a key, expired or not, to `read`.
    fn find<R>(
        &self,
        hash: u64,
        mut is: impl FnMut(&K) -> bool,
        read: impl FnOnce(Pin<'_, K, V>) -> R,
    ) -> Option<R> {
        self.with_record(|record| {
            if let Some(entry) = self.arena.find_among_others(record, short(hash), &mut is) {
                return Some(read(entry));
            }
            let (mut compared, mut rounds) = (Compared::new(), 0);
            while rounds < ROUNDS {
                let found = Candidates::collect(&self.arena.lock(), record, hash, &compared);
                if found.is_empty() {
                    return None;
                }
                rounds += usize::from(!found.is_full());
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

    /// Forgets a key; gives back its value. The look that shows that there is none, and the taking
    /// away, fence in their own locked sections: nothing that began before is stored after it.
    pub(crate) fn remove_with(&self, hash: u64, mut is: impl FnMut(&K) -> bool) -> Option<V> {
        self.with_record(|record| {
            let (mut compared, mut rounds) = (Compared::new(), 0);
            while rounds <= ROUNDS {
                let mut locked = self.arena.lock();
                locked.parts().1.flights.fence(hash);
                let found = Candidates::collect(&locked, record, hash, &compared);
                drop(locked);
                if found.is_empty() {
                    return None;
                }
                rounds += usize::from(!found.is_full());
                let Some(entry) = found.find(&mut compared, &mut is) else {
                    continue;
                };
                let now = self.lifetimes.now();
                let over = self.is_over(&entry, now);
                let mut locked = self.arena.lock();
                let (slots, table) = locked.parts();
                table.flights.fence(hash);
                if entry.is_linked() {
                    let cause = if over { Cause::Expired } else { Cause::Removed };
                    table.unlink(entry.id, cause, slots);
                    let aftermath = self.full_aftermath(&mut locked);
                    drop(locked);
                    let value = (!over).then(|| (self.outcomes.copy)(&entry.value));
                    drop(entry);
                    drop(aftermath);
                    return value;
                }
            }
            None
        })
    }
}
