//! When an entry is too old: `ttl` after it was stored, `tti` after it was last used, each by itself
//! or both. Composes with every policy: it knows entries by their words only.

use crate::arena::{Column, EntryId, Meta, Slots};
use crate::clock::{self, Clock, NEVER, Nanos};
use crate::queue::{LazyQueue, Priority};
use crate::rng::Rng;
use crate::sync::Ordering::Relaxed;

/// The lifetimes that a cache was given. Read by hits, never changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) ttl: Nanos,
    pub(crate) tti: Nanos,
    /// The largest share by which a `ttl` is shortened.
    pub(crate) jitter: f64,
    /// What hits read.
    clock: Clock,
}

/// In the word of the last use: some hit has written it.
const USED: u64 = 1;

fn used_at(meta: Meta<'_>) -> Nanos {
    meta.get(Column::UsedAt) & !USED
}

impl Lifetimes {
    pub(crate) fn new(ttl: Nanos, tti: Nanos, jitter: f64) -> Self {
        let shortest = (ttl - (ttl as f64 * jitter) as Nanos).min(tti);
        Self {
            ttl,
            tti,
            jitter,
            clock: if ttl == NEVER && tti == NEVER {
                Clock::None
            } else {
                Clock::for_lifetime(shortest)
            },
        }
    }

    /// Does anything ever expire? If not, nobody needs to know the time.
    #[inline]
    pub(crate) fn limited(&self) -> bool {
        self.clock != Clock::None
    }

    /// A lifetime of zero: nothing is worth storing.
    pub(crate) fn is_zero(&self) -> bool {
        self.ttl == 0 || self.tti == 0
    }

    /// The further words that entries need.
    pub(crate) fn columns(&self) -> impl Iterator<Item = Column> {
        let deadline = (self.ttl != NEVER).then_some(Column::Deadline);
        let used_at = (self.tti != NEVER).then_some(Column::UsedAt);
        deadline.into_iter().chain(used_at)
    }

    /// The present for everything else: exact, if anything depends on it.
    pub(crate) fn now(&self) -> Nanos {
        if self.limited() { clock::now() } else { 0 }
    }

    /// An entry is stored.
    pub(crate) fn begin(&self, meta: Meta<'_>, now: Nanos, rng: &mut Rng) {
        if let Some(deadline) = meta.column(Column::Deadline) {
            let shortened = if self.jitter > 0.0 {
                self.ttl - (self.ttl as f64 * self.jitter * rng.share()) as Nanos
            } else {
                self.ttl
            };
            deadline.store(now.saturating_add(shortened), Relaxed);
        }
        if let Some(used_at) = meta.column(Column::UsedAt) {
            used_at.store(now & !USED, Relaxed);
        }
    }

    /// An entry's end, as things stand.
    #[inline(always)]
    fn end(&self, meta: Meta<'_>) -> Nanos {
        let deadline = meta.column(Column::Deadline);
        let deadline = deadline.map_or(NEVER, |deadline| deadline.load(Relaxed));
        if self.tti == NEVER {
            deadline
        } else {
            deadline.min(used_at(meta).saturating_add(self.tti))
        }
    }

    #[inline]
    pub(crate) fn is_over(&self, meta: Meta<'_>, now: Nanos) -> bool {
        self.limited() && self.end(meta) <= now
    }

    /// A hit: is the entry still alive, to be used once more?
    #[inline(always)]
    pub(crate) fn touch(&self, meta: Meta<'_>) -> bool {
        if !self.limited() {
            return true;
        }
        let now = self.clock.read();
        let end = self.end(meta);
        if end <= now.saturating_add(self.clock.margin()) && end <= clock::now() {
            return false;
        }
        if let Some(used_at) = meta.column(Column::UsedAt) {
            // Not a plain store: one that was held up would take a later use back.
            used_at.fetch_max(now | USED, Relaxed);
        }
        true
    }
}

struct ByDeadline;

impl Priority for ByDeadline {
    type Value = Nanos;
    fn of(meta: Meta<'_>) -> Nanos {
        meta.get(Column::Deadline)
    }
    fn moved(_: Meta<'_>) -> bool {
        false
    }
}

struct ByLastUse;

impl Priority for ByLastUse {
    type Value = Nanos;
    fn of(meta: Meta<'_>) -> Nanos {
        used_at(meta)
    }
    fn moved(meta: Meta<'_>) -> bool {
        meta.get(Column::UsedAt) & USED != 0
    }
}

/// The entries in the order in which they expire, so that they leave without being asked for again.
pub(crate) struct Expiry {
    by_deadline: Option<LazyQueue<ByDeadline>>,
    by_last_use: Option<LazyQueue<ByLastUse>>,
    tti: Nanos,
}

impl Expiry {
    pub(crate) fn new(lifetimes: &Lifetimes) -> Self {
        Self {
            by_deadline: (lifetimes.ttl != NEVER).then(LazyQueue::new),
            by_last_use: (lifetimes.tti != NEVER).then(LazyQueue::new),
            tti: lifetimes.tti,
        }
    }

    /// An entry was stored.
    #[inline]
    pub(crate) fn admit(&mut self, id: EntryId, slots: &Slots) {
        if let Some(queue) = &mut self.by_deadline {
            queue.push(id, slots);
        }
        if let Some(queue) = &mut self.by_last_use {
            queue.push(id, slots);
        }
    }

    /// An entry that has expired by now, if there is one.
    #[inline]
    pub(crate) fn expired(&mut self, now: Nanos, slots: &Slots) -> Option<EntryId> {
        let tti = self.tti;
        let by_deadline = self.by_deadline.as_mut();
        by_deadline
            .and_then(|queue| queue.peek_if(slots, |deadline| deadline <= now))
            .or_else(|| {
                let queue = self.by_last_use.as_mut()?;
                queue.peek_if(slots, |used| used.saturating_add(tti) <= now)
            })
    }

    /// An entry has left: it isn't linked any more.
    pub(crate) fn forget(&mut self, id: EntryId, slots: &Slots) {
        if let Some(queue) = &mut self.by_deadline {
            queue.forget(id, slots);
        }
        if let Some(queue) = &mut self.by_last_use {
            queue.forget(id, slots);
        }
    }
}
