//! What stands behind a cache's lock beside its memory: the policy, the order of expiry, the
//! counters, and beside this [`Table`] the computations under way. Nothing in here runs user code, and
//! the table doesn't know the types of key and value: it deals in ids.

use crate::arena::{Column, EntryId, MAX_ENTRIES, Meta, Slots};
use crate::cause::Cause;
use crate::clock::Nanos;
use crate::events::Left;
use crate::expiry::{Expiry, Lifetimes};
use crate::flight::Flights;
use crate::policy::{Evict, Policy, Touch};
use crate::publish::Worth;
use crate::pulse::Pulse;
use crate::rng::Rng;
use crate::stats::Stats;
use crate::sync::Ordering::Relaxed;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// Most entries that wait to be freed.
const BATCH: usize = 64;
/// Least weight of what waits that is too heavy to go on without freeing it.
const BATCH_WEIGHT: u64 = 1 << 20;
/// How many expired entries each store pays for.
const SWEEP: usize = 4;

/// The bounds in force.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) capacity: Option<usize>,
    pub(crate) max_weight: Option<u64>,
}

/// What came of making room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// The entry fits.
    Made,
    /// Not yet: what has left so far is to be freed without the lock, then it goes on.
    FreeFirst,
    /// The entry can't fit, whatever leaves.
    Never,
}

/// All of it.
pub(crate) struct Ledger<K, V> {
    table: Table,
    pub(crate) flights: Flights<K, V>,
}

impl<K, V> Ledger<K, V> {
    pub(crate) fn new(table: Table, flights: Flights<K, V>) -> Self {
        Self { table, flights }
    }

    /// All entries leave; no computation under way may store.
    pub(crate) fn clear(&mut self, slots: &mut Slots) {
        self.flights.fence_all();
        self.table.clear(slots);
    }
}

impl<K, V> Deref for Ledger<K, V> {
    type Target = Table;
    #[inline]
    fn deref(&self) -> &Table {
        &self.table
    }
}

impl<K, V> DerefMut for Ledger<K, V> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Table {
        &mut self.table
    }
}

pub(crate) struct Table {
    weight: u64,
    kind: Policy,
    policy: Box<dyn Evict>,
    /// What hits write to beside words, where the policy wants that.
    pub(crate) pulse: Option<Arc<Pulse>>,
    lifetimes: Lifetimes,
    expiry: Expiry,
    pub(crate) bounds: Bounds,
    pub(crate) stats: Stats,
    /// Somebody is told of what leaves, and why.
    pub(crate) listened: bool,
    pub(crate) told: Left,
    rng: Rng,
    /// How many entries have left since what waited was last taken away.
    left: usize,
}

impl Table {
    pub(crate) fn new(policy: Policy, lifetimes: Lifetimes, bounds: Bounds, mut rng: Rng) -> Self {
        let pulse = policy.pulse();
        Self {
            weight: 0,
            kind: policy,
            policy: policy.start(
                Rng::seeded(rng.next()),
                pulse.as_ref(),
                bounds.max_weight.is_some(),
            ),
            pulse,
            lifetimes,
            expiry: Expiry::new(&lifetimes),
            bounds,
            stats: Stats::default(),
            listened: false,
            told: Left::new(),
            rng,
            left: 0,
        }
    }

    /// The further words that entries need.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let weight = self.bounds.max_weight.map(|_| Column::Weight);
        let cause = self.listened.then_some(Column::Cause);
        let more = weight.into_iter().chain(self.kind.column()).chain(cause);
        self.lifetimes.columns().chain(more).collect()
    }

    pub(crate) fn policy(&self) -> Policy {
        self.kind
    }

    /// What a hit has to write.
    pub(crate) fn touch(&self) -> Touch {
        self.policy.touch()
    }

    pub(crate) fn weight(&self) -> u64 {
        self.weight
    }

    /// An entry leaves, which counts where it was evicted or has expired.
    pub(crate) fn unlink(&mut self, id: EntryId, cause: Cause, slots: &mut Slots) {
        let Some(meta) = slots.meta(id) else {
            return;
        };
        let weight = meta.get(Column::Weight);
        if let Some(cell) = meta.column(Column::Cause) {
            cell.store(cause.code(), Relaxed);
        }
        self.told.count(cause);
        self.stats.evictions += u64::from(cause == Cause::Evicted);
        self.stats.expirations += u64::from(cause == Cause::Expired);
        slots.unlink(id);
        self.weight -= weight;
        self.left += 1;
        self.policy.forget(id, slots);
        self.expiry.forget(id, slots);
    }

    /// Is it time to free what has left?
    #[inline]
    pub(crate) fn is_full_of_garbage(&self, slots: &Slots) -> bool {
        slots.waiting() >= BATCH || slots.waiting_weight() >= self.batch_weight()
    }

    /// The same at the end of an operation: a listener is told of all that has left by then.
    #[inline]
    pub(crate) fn has_garbage_to_free(&self, slots: &Slots) -> bool {
        self.is_full_of_garbage(slots) || self.listened && slots.waiting() > 0
    }

    /// What has left is being taken away.
    pub(crate) fn garbage_taken(&mut self) {
        self.left = 0;
    }

    /// Makes room for an entry of this weight: expired entries leave first, then those that the
    /// policy chooses. With `same` it will take the place of that one, which counts as gone
    /// already; if the policy chooses that very one, it isn't evicted but replaced.
    pub(crate) fn make_room(
        &mut self,
        weight: u64,
        same: Option<EntryId>,
        now: Nanos,
        slots: &mut Slots,
    ) -> Room {
        self.leave_until(same, now, slots, |table, slots| {
            match same.and_then(|id| slots.meta(id)) {
                Some(old) => table.fits(slots.len(), weight, old.get(Column::Weight)),
                None => table.fits(slots.len() + 1, weight, 0),
            }
        })
    }

    /// Lets a batch of entries leave towards a lower bound on their number, which is in force as far
    /// as it is reached. `true`: it is reached.
    pub(crate) fn shrink(&mut self, capacity: usize, now: Nanos, slots: &mut Slots) -> bool {
        let room = self.leave_until(None, now, slots, |_, slots| slots.len() <= capacity);
        self.bounds.capacity = Some(capacity.max(slots.len()));
        room != Room::FreeFirst
    }

    #[inline]
    fn leave_until(
        &mut self,
        same: Option<EntryId>,
        now: Nanos,
        slots: &mut Slots,
        done: impl Fn(&Self, &Slots) -> bool,
    ) -> Room {
        while !done(self, slots) {
            let expired = self.expiry.gone(now, slots);
            let Some(id) = expired.or_else(|| self.policy.victim(slots)) else {
                return Room::Never;
            };
            let meta = slots.meta(id);
            let weight = meta.map_or(0, |meta| meta.get(Column::Weight));
            let over = meta.is_some_and(|meta| self.lifetimes.is_over(meta, now));
            let heavier = slots.waiting_weight().saturating_add(weight) > self.batch_weight();
            // What is being read may wait on: something goes each time.
            if self.left > 0 && (heavier || self.is_full_of_garbage(slots)) {
                return Room::FreeFirst;
            }
            let cause = match (expired, same == Some(id)) {
                (Some(_), _) => Cause::Expired,
                // Over, and kept for the sake of errors only.
                (None, true) if over => Cause::Expired,
                (None, true) => Cause::Replaced,
                (None, false) => Cause::Evicted,
            };
            self.unlink(id, cause, slots);
        }
        Room::Made
    }

    #[inline]
    fn batch_weight(&self) -> u64 {
        BATCH_WEIGHT.max(self.bounds.max_weight.unwrap_or(0) / 16)
    }

    /// Do the bounds hold with so many entries, and this weight in place of that?
    #[inline]
    fn fits(&self, len: usize, weight: u64, in_place_of: u64) -> bool {
        let Bounds {
            capacity,
            max_weight,
        } = self.bounds;
        let others = self.weight - in_place_of;
        len <= capacity.unwrap_or(MAX_ENTRIES).min(MAX_ENTRIES)
            && max_weight.is_none_or(|max| weight <= max && others <= max - weight)
    }

    /// Lets a few expired entries leave: each store pays for some.
    pub(crate) fn sweep_some(&mut self, now: Nanos, slots: &mut Slots) {
        if !self.lifetimes.limited() {
            return;
        }
        for _ in 0..SWEEP {
            if self.left > 0 && self.is_full_of_garbage(slots) || !self.expire_one(now, slots) {
                return;
            }
        }
    }

    /// Writes the words of an entry that is being stored. `uses`: how often its key was used before,
    /// in an entry that it replaces.
    pub(crate) fn begin(&mut self, meta: Meta<'_>, word: u64, worth: Worth, uses: u64, now: Nanos) {
        meta.header.word.store(word, Relaxed);
        self.lifetimes.begin(meta, worth.life, now, &mut self.rng);
        for (column, value) in [
            (Column::Weight, worth.weight),
            (Column::Count, uses + 1),
            (Column::Cause, Cause::Cleared.code()),
        ] {
            if let Some(cell) = meta.column(column) {
                cell.store(value, Relaxed);
            }
        }
    }

    /// An entry was stored.
    pub(crate) fn admit(&mut self, id: EntryId, weight: u64, slots: &Slots) {
        self.weight += weight;
        self.policy.admit(id, slots);
        self.expiry.admit(id, slots);
    }

    /// Lets expired entries leave, a batch at most. `true` if that was all of them.
    pub(crate) fn sweep(&mut self, now: Nanos, slots: &mut Slots) -> bool {
        while self.left == 0 || !self.is_full_of_garbage(slots) {
            if !self.expire_one(now, slots) {
                return true;
            }
        }
        false
    }

    fn expire_one(&mut self, now: Nanos, slots: &mut Slots) -> bool {
        let Some(id) = self.expiry.gone(now, slots) else {
            return false;
        };
        self.unlink(id, Cause::Expired, slots);
        true
    }

    fn clear(&mut self, slots: &mut Slots) {
        slots.unlink_all();
        self.weight = 0;
        let rng = Rng::seeded(self.rng.next());
        let weighted = self.bounds.max_weight.is_some();
        self.policy = self.kind.start(rng, self.pulse.as_ref(), weighted);
        self.expiry = Expiry::new(&self.lifetimes);
        self.stats = Stats::default();
    }

    /// Gives a table whose policy keeps no order another policy.
    pub(crate) fn hand_over_to(&mut self, policy: Policy, slots: &Slots) {
        self.kind = policy;
        let rng = Rng::seeded(self.rng.next());
        self.policy = policy.start(rng, None, self.bounds.max_weight.is_some());
        let ids = slots.linked_from(0);
        let mut ids: Vec<(u64, EntryId)> = ids
            .filter_map(|id| Some((slots.stored(slots.meta(id)?), id)))
            .collect();
        ids.sort_unstable();
        for (_, id) in ids {
            self.policy.admit(id, slots);
        }
    }
}
