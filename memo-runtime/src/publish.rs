//! How a value is stored: in one locked section with all that makes it right.

use crate::aftermath::Aftermath;
use crate::arena::{Column, EntryId, Pin, Slots};
use crate::cache::Cache;
use crate::call::{Candidates, Compared, Lock, ROUNDS, short};
use crate::cause::Cause;
use crate::clock::{Nanos, nanos};
use crate::expiry::Life;
use crate::hazard::Record;
use crate::miss::{Handle, Held, Miss};
use crate::scope::Scope;
use crate::table::{Ledger, Room};
use std::sync::Arc;

/// What becomes of an entry with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It came in while this one was computed, and stays.
    IfAbsent,
    /// It leaves, even if the new one can't be stored.
    Insert,
    /// It leaves if the new one is stored.
    Refresh,
    /// The same for the entry that was stored as this one in number; one that came in later stays.
    /// Nobody else is kept from storing.
    Background(u64),
}

/// What is known of a value that is to be stored.
#[derive(Clone, Copy)]
pub(crate) struct Worth {
    pub(crate) weight: u64,
    pub(crate) life: Life,
}

/// What is to be stored, but for its key.
pub(crate) struct New<V> {
    pub(crate) hash: u64,
    pub(crate) worth: Worth,
    pub(crate) value: V,
}

/// What came of storing. In this order: what is no longer read can be freed.
pub(crate) struct Published<'r, 'c, K, V, S: Scope> {
    replaced: Option<Pin<'r, K, V>>,
    _aftermath: Aftermath<'c, K, V, S>,
}

impl<K, V, S: Scope> Cache<K, V, S> {
    /// Is this a value to store, what does it weigh, and how long does it live? The key is there where
    /// there is a weigher.
    #[inline]
    pub(crate) fn judge(&self, key: Option<&K>, value: &V, failed: bool) -> Option<Worth> {
        if !self.stores() || !(self.outcomes.storable)(value) {
            return None;
        }
        if self.cache_if.as_ref().is_some_and(|wanted| !wanted(value)) {
            return None;
        }
        let weight = match (&self.weigher, self.max_weight, key) {
            (Some(weigh), Some(max), Some(key)) => {
                Some(weigh(key, value)).filter(|weight| *weight <= max)?
            }
            _ => 0,
        };
        let own = self.own_lifetime(value, failed);
        let life = self.lifetimes.life(own, !failed)?;
        Some(Worth { weight, life })
    }

    /// What of that holds here: with a store there may be nothing kept before it, or for less time.
    #[inline]
    pub(crate) fn worth_here(&self, worth: Worth) -> Option<Worth> {
        #[cfg(feature = "store")]
        if let Some(tier) = &self.tier {
            return tier.worth_here(worth, tier.life(worth.life.own));
        }
        Some(worth)
    }

    /// The lifetime that a value has in place of the `ttl`.
    #[inline]
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
    /// compare, and nobody has joined.
    pub(crate) fn publish_miss(
        &self,
        record: &Record,
        new: New<V>,
        miss: &mut Miss<impl Handle<Key = K, Value = V, Scope = S>>,
    ) {
        // What the thread needs for its first hit.
        self.arena.scope().prepare_count(record);
        let now = self.lifetimes.now();
        let mut locked = self.arena.lock();
        let (slots, ledger) = locked.parts();
        let simple = miss.mode == Mode::IfAbsent
            && !matches!(miss.key, Held::Joined(_))
            && miss.flight.as_ref().is_none_or(|flight| {
                ledger.flights.may_store(flight) && !ledger.flights.is_joined(flight)
            })
            && !slots.may_have(short(new.hash))
            && ledger.make_room(new.worth.weight, None, now, slots) == Room::Made;
        if simple {
            miss.end(ledger);
            if let Held::Here(key) = std::mem::replace(&mut miss.key, Held::Nowhere) {
                self.store(&mut locked, record, key, new, 0, now);
            }
            let aftermath = self.aftermath(&mut locked);
            drop(locked);
            drop(aftermath);
            return;
        }
        drop(locked);
        miss.share_key();
        drop(self.publish(record, new, miss.mode, Source::Miss(miss)));
    }

    /// Adds an entry for which there is room.
    #[inline]
    fn store<'c>(
        &'c self,
        locked: &mut Lock<'c, K, V, S>,
        record: &Record,
        key: K,
        new: New<V>,
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
        let id = locked.store(short(new.hash), key, new.value, |meta, table| {
            table.begin(meta, word, worth, uses, now);
        });
        let (slots, table) = locked.parts();
        table.admit(id, worth.weight, slots);
    }

    /// Stores an entry, in one locked section with all that makes it right: no fence came in, every
    /// entry with this hash was compared, the one with the same key leaves. Gives back what was
    /// replaced, and what is to be freed after it. The computation that it comes from ends in the same section.
    #[inline(never)]
    pub(crate) fn publish<'r, 'c: 'r, H: Handle<Key = K, Value = V, Scope = S>>(
        &'c self,
        record: &'r Record,
        new: New<V>,
        mode: Mode,
        mut source: Source<'_, K, H>,
    ) -> Published<'r, 'c, K, V, S> {
        let hash = new.hash;
        let known = match &mut source {
            Source::Miss(miss) => miss.compared.take(),
            Source::Key(_) => None,
        };
        let mut compared = known.map_or_else(Compared::new, |known| *known);
        // The entry with the same key.
        let mut same: Option<Pin<'r, K, V>> = None;
        // It has left already, to make room for its successor.
        let mut early = false;
        // A copy of the key, where others are reading it.
        let mut copied = None;
        let mut rounds = 0;
        loop {
            let now = self.lifetimes.now();
            let mut locked = self.arena.lock();
            let may_store = source.may_store(locked.parts().1);
            let found = Candidates::collect(&locked, record, hash, &compared);
            if may_store && !found.is_empty() && rounds < ROUNDS {
                drop(locked);
                rounds += usize::from(!found.is_full());
                let is = |stored: &K| source.key().is_some_and(|key| self.keys.same(key, stored));
                if let Some(entry) = found.find(&mut compared, is) {
                    same = Some(entry);
                }
                continue;
            }
            if may_store && copied.is_none() && source.is_read_by_others() {
                drop(locked);
                copied = source.key().map(|key| self.keys.copy(key));
                continue;
            }
            let (slots, table) = locked.parts();
            // Another call may have taken it out since.
            let old = same.as_ref().filter(|old| early || old.is_linked());
            let over = old.is_some_and(|old| self.is_over(old, now));
            let linked = old.filter(|old| old.is_linked()).map(|old| old.id);
            let is_replaced = old.is_some() && !over;
            let leaves_as = |cause| if over { Cause::Expired } else { cause };
            let room = match mode {
                _ if !may_store => Room::Never,
                // Too many newcomers with this hash: it can't be stored, but an `insert` takes the
                // old value away all the same.
                Mode::Insert if !found.is_empty() => {
                    if let Some(id) = linked {
                        table.unlink(id, leaves_as(Cause::Removed), slots);
                    }
                    Room::Never
                }
                _ if !found.is_empty() => Room::Never,
                Mode::IfAbsent if is_replaced => Room::Never,
                Mode::Background(stored) if is_replaced && is_later(linked, stored, slots) => {
                    Room::Never
                }
                _ => table.make_room(new.worth.weight, linked, now, slots),
            };
            if room == Room::FreeFirst {
                early |= linked.is_some_and(|id| slots.meta(id).is_none());
                self.free_garbage(locked);
                continue;
            }
            // An `insert` counts even if its room was taken away meanwhile.
            if mode == Mode::Insert || mode == Mode::Refresh && room == Room::Made {
                table.flights.fence(hash);
            }
            if room == Room::Made {
                if let Some(id) = linked.filter(|id| slots.meta(*id).is_some()) {
                    table.unlink(id, leaves_as(Cause::Replaced), slots);
                }
                let uses = old
                    .filter(|_| is_replaced)
                    .map_or(0, |old| old.meta(self.arena.shape()).get(Column::Count));
                if let Some(key) = source.take(table, copied.take()) {
                    self.store(&mut locked, record, key, new, uses, now);
                }
            } else if let Source::Miss(miss) = &mut source {
                if self.has_order {
                    self.recency.advance(record);
                }
                miss.end(table);
            }
            let aftermath = self.aftermath(&mut locked);
            drop(locked);
            return Published {
                replaced: same.filter(|_| is_replaced),
                _aftermath: aftermath,
            };
        }
    }

    /// Stores a value under a key; gives back the one it replaced. What is not to be stored is not,
    /// and the old value leaves all the same.
    pub(crate) fn put(&self, hash: u64, key: K, value: V) -> Option<V> {
        if self.disabled {
            return None;
        }
        let failed = (self.outcomes.failed)(&value);
        let worth = self.judge(Some(&key), &value, failed);
        self.put_worth(hash, key, value, worth)
    }

    /// The same for one that was judged.
    pub(crate) fn put_worth(&self, hash: u64, key: K, value: V, worth: Option<Worth>) -> Option<V> {
        let Some(worth) = worth.and_then(|worth| self.worth_here(worth)) else {
            return self.remove_with(hash, |stored| self.keys.same(&key, stored));
        };
        let new = New { hash, worth, value };
        self.with_record(|record| {
            let source = Source::<K, &Self>::Key(Some(key));
            let published = self.publish(record, new, Mode::Insert, source);
            let old = published.replaced.as_ref()?;
            Some((self.outcomes.copy)(&old.value))
        })
    }
}

/// Was the entry that is linked under this id stored after that one?
fn is_later(linked: Option<EntryId>, stored: u64, slots: &Slots) -> bool {
    let meta = linked.and_then(|id| slots.meta(id));
    meta.is_some_and(|meta| slots.stored(meta) != stored)
}

/// Where the key of what is to be stored comes from.
pub(crate) enum Source<'m, K, H: Handle> {
    Key(Option<K>),
    /// A computation, which ends when it is stored. Its key can be read without the lock.
    Miss(&'m mut Miss<H>),
}

impl<H: Handle> Source<'_, H::Key, H> {
    fn key(&self) -> Option<&H::Key> {
        match self {
            Self::Key(key) => key.as_ref(),
            Self::Miss(miss) => match &miss.key {
                Held::Here(key) => Some(key),
                Held::Joined(joined) => Some(&joined.key),
                Held::InFlight | Held::Nowhere => None,
            },
        }
    }

    fn may_store(&self, ledger: &Ledger<H::Key, H::Value>) -> bool {
        match self {
            Self::Key(_) => true,
            Self::Miss(miss) => {
                let flight = miss.flight.as_ref();
                flight.is_none_or(|flight| ledger.flights.may_store(flight))
            }
        }
    }

    /// Does anybody else read the key? Under the lock, since new readers come under it: if not, it stays so.
    fn is_read_by_others(&self) -> bool {
        match self {
            // The flight and the computation itself.
            Self::Miss(miss) => {
                matches!(&miss.key, Held::Joined(joined) if Arc::strong_count(joined) > 2)
            }
            Self::Key(_) => false,
        }
    }

    /// The key, to be stored: `copied` if there is one. A computation ends.
    fn take(
        &mut self,
        ledger: &mut Ledger<H::Key, H::Value>,
        copied: Option<H::Key>,
    ) -> Option<H::Key> {
        match self {
            Self::Key(key) => key.take(),
            Self::Miss(miss) => {
                miss.end(ledger);
                match std::mem::replace(&mut miss.key, Held::Nowhere) {
                    Held::Here(key) => Some(key),
                    Held::Joined(joined) if copied.is_some() => {
                        // Dropped when the lock is free.
                        miss.key = Held::Joined(joined);
                        copied
                    }
                    Held::Joined(joined) => miss.unjoin(joined),
                    Held::InFlight | Held::Nowhere => None,
                }
            }
        }
    }
}
