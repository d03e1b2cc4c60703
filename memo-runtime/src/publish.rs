//! How a value is stored: in one locked section with all that makes it right.

use crate::arena::{Column, Garbage, Pin};
use crate::cache::Cache;
use crate::call::{Candidates, Compared, Lock, ROUNDS, short};
use crate::clock::{Nanos, nanos};
use crate::expiry::Life;
use crate::hazard::Record;
use crate::miss::{Handle, Miss};
use crate::scope::Scope;
use crate::table::{Room, Table};

/// What becomes of an entry with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It came in while this one was computed, and stays.
    IfAbsent,
    /// It leaves, even if the new one can't be stored.
    Insert,
    /// It leaves if the new one is stored.
    Refresh,
    /// The same, and nobody else is kept from storing.
    Background,
}

/// What is known of a value that is to be stored.
#[derive(Clone, Copy)]
pub(crate) struct Worth {
    pub(crate) weight: u64,
    pub(crate) life: Life,
}

/// What is to be stored.
pub(crate) struct New<K, V> {
    pub(crate) hash: u64,
    pub(crate) worth: Worth,
    pub(crate) key: K,
    pub(crate) value: V,
}

/// What came of storing. In this order: what is no longer read can be freed.
pub(crate) struct Published<'r, 'c, K, V, S: Scope> {
    replaced: Option<Pin<'r, K, V>>,
    _garbage: Option<Garbage<'c, K, V, S, Table>>,
}

impl<K, V, S: Scope> Cache<K, V, S> {
    /// Is this a value to store, what does it weigh, and how long does it live?
    pub(crate) fn judge(&self, key: &K, value: &V) -> Option<Worth> {
        if !self.stores() || !(self.outcomes.storable)(value) {
            return None;
        }
        if self.cache_if.as_ref().is_some_and(|wanted| !wanted(value)) {
            return None;
        }
        let weight = match (&self.weigher, self.max_weight) {
            (Some(weigh), Some(max)) => Some(weigh(key, value)).filter(|weight| *weight <= max)?,
            _ => 0,
        };
        let failed = (self.outcomes.failed)(value);
        let own = self.own_lifetime(value, failed);
        let life = self.lifetimes.life(own, !failed)?;
        Some(Worth { weight, life })
    }

    /// The lifetime that a value has in place of the `ttl`.
    fn own_lifetime(&self, value: &V, failed: bool) -> Option<Nanos> {
        if !self.lifetimes.has_own() {
            return None;
        }
        let of_its_kind = if failed {
            self.lifetimes.err_ttl
        } else if (self.outcomes.is_none)(value) {
            self.lifetimes.none_ttl
        } else {
            None
        };
        of_its_kind.or_else(|| self.expires.as_ref()?(value).map(nanos))
    }

    /// Stores what a computation has given. Mostly nobody has this hash and there is nothing to
    /// compare.
    pub(crate) fn publish_miss(
        &self,
        record: &Record,
        new: New<K, V>,
        miss: &mut Miss<impl Handle<Key = K, Value = V, Scope = S>>,
    ) {
        // What the thread needs for its first hit.
        self.arena.scope().prepare_count(record);
        let now = self.lifetimes.now();
        let mut locked = self.arena.lock();
        let (slots, table) = locked.parts();
        let may_store = |flight| table.flights.may_store(flight);
        if miss.mode == Mode::IfAbsent
            && miss.flight.as_ref().is_none_or(may_store)
            && !slots.may_have(short(new.hash))
            && table.make_room(new.worth.weight, None, now, slots) == Room::Made
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
        let word = if self.has_order {
            self.recency.issue(record)
        } else {
            0
        };
        let worth = new.worth;
        let id = locked.store(short(new.hash), new.key, new.value, |meta, table| {
            table.begin(meta, word, worth, uses, now);
        });
        let (slots, table) = locked.parts();
        table.admit(id, worth.weight, slots);
    }

    /// Stores an entry, in one locked section with all that makes it right: no fence came in, every
    /// entry with this hash was compared, the one with the same key leaves. Gives back what was
    /// replaced, and what is to be freed after it. The computation that it comes from ends in the same section.
    #[inline(never)]
    pub(crate) fn publish<'r, 'c: 'r>(
        &'c self,
        record: &'r Record,
        new: New<K, V>,
        mode: Mode,
        mut miss: Option<&mut Miss<impl Handle<Key = K, Value = V, Scope = S>>>,
    ) -> Published<'r, 'c, K, V, S> {
        let hash = new.hash;
        let known = miss.as_mut().and_then(|miss| miss.compared.take());
        let mut compared = known.map_or_else(Compared::new, |known| *known);
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
                rounds += usize::from(!found.is_full());
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
                _ => table.make_room(new.worth.weight, linked, now, slots),
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
                if matches!(mode, Mode::Insert | Mode::Refresh) {
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
                if room != Room::Made && self.has_order {
                    self.recency.advance(record);
                }
                miss.end(locked.parts().1);
            }
            let garbage = self.take_garbage(&mut locked);
            drop(locked);
            return Published {
                replaced: same.filter(|_| is_replaced),
                _garbage: garbage,
            };
        }
    }

    /// What has left, if it is time to free it.
    pub(crate) fn take_garbage<'c>(
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

    /// Stores a value under a key; gives back the one it replaced. What is not to be stored is not,
    /// and the old value leaves all the same.
    pub(crate) fn put(&self, hash: u64, key: K, value: V) -> Option<V> {
        if self.disabled {
            return None;
        }
        let Some(worth) = self.judge(&key, &value) else {
            return self.remove_with(hash, |stored| self.keys.same(&key, stored));
        };
        let new = New {
            hash,
            worth,
            key,
            value,
        };
        self.with_record(|record| {
            let miss = None::<&mut Miss<&Self>>;
            let published = self.publish(record, new, Mode::Insert, miss);
            let old = published.replaced.as_ref()?;
            Some((self.outcomes.copy)(&old.value))
        })
    }
}
