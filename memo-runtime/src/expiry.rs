//! When an entry is too old: `ttl` after it was stored, `tti` after it was last used, each by itself
//! or both. Composes with every policy: it knows entries by their header only.

use crate::clock::{NEVER, Nanos};
use crate::entry::{Entries, EntryId, Header};
use crate::queue::LazyQueue;
use crate::rng::Rng;
use std::sync::atomic::Ordering::Relaxed;

/// The lifetimes that a cache was given. Read by hits, never changed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lifetimes {
    pub(crate) ttl: Nanos,
    pub(crate) tti: Nanos,
    /// The largest share by which a `ttl` is shortened.
    pub(crate) jitter: f64,
}

impl Lifetimes {
    /// Does anything ever expire? If not, nobody needs to know the time.
    pub(crate) fn limited(&self) -> bool {
        self.ttl != NEVER || self.tti != NEVER
    }

    /// A lifetime of zero: nothing is worth storing.
    pub(crate) fn is_zero(&self) -> bool {
        self.ttl == 0 || self.tti == 0
    }

    /// When the `ttl` of an entry stored now is over.
    pub(crate) fn deadline(&self, now: Nanos, rng: &mut Rng) -> Nanos {
        if self.ttl == NEVER {
            return NEVER;
        }
        let shortened = if self.jitter > 0.0 {
            self.ttl - (self.ttl as f64 * self.jitter * rng.share()) as Nanos
        } else {
            self.ttl
        };
        now.saturating_add(shortened)
    }

    pub(crate) fn is_over(&self, header: &Header, now: Nanos) -> bool {
        header.deadline <= now
            || (self.tti != NEVER
                && header.words.used_at.load(Relaxed).saturating_add(self.tti) <= now)
    }

    /// A hit.
    #[inline]
    pub(crate) fn touch(&self, header: &Header, now: Nanos) {
        if self.tti != NEVER {
            header.words.used_at.store(now, Relaxed);
        }
    }
}

/// The entries in the order in which they expire, so that they leave without being asked for again.
pub(crate) struct Expiry {
    by_deadline: Option<LazyQueue<Nanos>>,
    by_last_use: Option<LazyQueue<Nanos>>,
    lifetimes: Lifetimes,
}

impl Expiry {
    pub(crate) fn new(lifetimes: Lifetimes) -> Self {
        Self {
            by_deadline: (lifetimes.ttl != NEVER).then(|| LazyQueue::new(|header| header.deadline)),
            by_last_use: (lifetimes.tti != NEVER)
                .then(|| LazyQueue::new(|header| header.words.used_at.load(Relaxed))),
            lifetimes,
        }
    }

    pub(crate) fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// An entry was stored.
    pub(crate) fn admit(&mut self, id: EntryId, entries: &dyn Entries) {
        for queue in [&mut self.by_deadline, &mut self.by_last_use]
            .into_iter()
            .flatten()
        {
            queue.push(id, entries);
        }
    }

    /// An entry that has expired by now, if there is one.
    pub(crate) fn expired(&mut self, now: Nanos, entries: &dyn Entries) -> Option<EntryId> {
        let tti = self.lifetimes.tti;
        let by_deadline = self.by_deadline.as_mut();
        by_deadline
            .and_then(|queue| queue.peek_if(entries, |deadline| deadline <= now))
            .or_else(|| {
                let queue = self.by_last_use.as_mut()?;
                queue.peek_if(entries, |used| used.saturating_add(tti) <= now)
            })
    }

    /// An entry has left; its slot is empty by now.
    pub(crate) fn forget(&mut self, entries: &dyn Entries) {
        for queue in [&mut self.by_deadline, &mut self.by_last_use]
            .into_iter()
            .flatten()
        {
            queue.forget(entries);
        }
    }
}
