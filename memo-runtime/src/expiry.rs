//! When an entry is too old: `ttl` after it was stored, `tti` after it was last used, each by itself
//! or both. A value may have a lifetime of its own in place of the `ttl`: `err_ttl` or `none_ttl` for
//! an `Err` or a `None`, else what `expires` says. Composes with every policy: it knows entries by
//! their words only.
//!
//! With `stale_if_error` an entry has two ends. Past the first one, the deadline, it is *over*: nobody
//! sees it any more. Past the second it is *gone*, and leaves. Between them it keeps its place, and
//! stands in for the error of a computation. An `Err` that is over is of no use to anyone: it has one
//! end.

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
    /// May any value have a lifetime of its own?
    pub(crate) expires: bool,
    pub(crate) err_ttl: Option<Nanos>,
    pub(crate) none_ttl: Option<Nanos>,
    /// How long past its deadline a value stands in for an error.
    pub(crate) stale_if_error: Nanos,
    /// The age past which a value is computed again in the background.
    pub(crate) refresh_after: Nanos,
    /// What hits read.
    pub(crate) clock: Clock,
}

impl Default for Lifetimes {
    /// Nothing expires.
    fn default() -> Self {
        Self {
            ttl: NEVER,
            tti: NEVER,
            jitter: 0.0,
            expires: false,
            err_ttl: None,
            none_ttl: None,
            stale_if_error: 0,
            refresh_after: NEVER,
            clock: Clock::None,
        }
    }
}

/// How long one value lives.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Life {
    /// In place of the `ttl`.
    pub(crate) own: Option<Nanos>,
    /// May it stand in for an error when it is over?
    pub(crate) stands_in: bool,
}

/// In the word of the last use: some hit has written it.
const USED: u64 = 1;

fn used_at(meta: Meta<'_>) -> Nanos {
    meta.get(Column::UsedAt) & !USED
}

impl Lifetimes {
    /// Chooses the clock, when all else is set.
    pub(crate) fn with_clock(mut self) -> Self {
        if self.has_deadlines() || self.tti != NEVER || self.refresh_after != NEVER {
            let ttl = self.shortened(self.jitter);
            // What `expires` will say isn't known. Whichever clock it is, no end is seen too late.
            let own = self.err_ttl.into_iter().chain(self.none_ttl);
            let ages = [ttl, self.tti, self.refresh_after].into_iter().chain(own);
            let shortest = ages.fold(NEVER, Nanos::min);
            self.clock = Clock::for_lifetime(shortest);
        }
        self
    }

    /// The `ttl` without a share of it.
    fn shortened(&self, share: f64) -> Nanos {
        // As a float it may be longer than it is.
        self.ttl.saturating_sub((self.ttl as f64 * share) as Nanos)
    }

    /// May values have lifetimes other than the `ttl`?
    pub(crate) fn has_own(&self) -> bool {
        self.expires || self.err_ttl.is_some() || self.none_ttl.is_some()
    }

    fn has_deadlines(&self) -> bool {
        self.ttl != NEVER || self.has_own()
    }

    /// Does anything ever expire, or is computed again? If not, nobody needs to know the time.
    #[inline]
    pub(crate) fn limited(&self) -> bool {
        self.clock != Clock::None
    }

    /// Lifetimes of zero: nothing is worth storing, whatever it is.
    pub(crate) fn is_zero(&self) -> bool {
        self.tti == 0 || self.ttl == 0 && !self.has_own()
    }

    /// How long a value lives: with a lifetime of its own, or without. None: it isn't worth storing.
    pub(crate) fn life(&self, own: Option<Nanos>, stands_in: bool) -> Option<Life> {
        (own.unwrap_or(self.ttl) > 0).then_some(Life { own, stands_in })
    }

    /// Do entries keep their place when they are over?
    pub(crate) fn keeps_stale(&self) -> bool {
        self.stale_if_error > 0 && self.has_deadlines()
    }

    /// The further words that entries need.
    pub(crate) fn columns(&self) -> impl Iterator<Item = Column> {
        let deadline = self.has_deadlines().then_some(Column::Deadline);
        let gone = self.keeps_stale().then_some(Column::Gone);
        let used_at = (self.tti != NEVER).then_some(Column::UsedAt);
        let refresh_at = (self.refresh_after != NEVER).then_some(Column::RefreshAt);
        [deadline, gone, used_at, refresh_at].into_iter().flatten()
    }

    /// The present for everything else: exact, if anything depends on it.
    pub(crate) fn now(&self) -> Nanos {
        if self.limited() { clock::now() } else { 0 }
    }

    /// An entry is stored.
    pub(crate) fn begin(&self, meta: Meta<'_>, life: Life, now: Nanos, rng: &mut Rng) {
        if let Some(deadline) = meta.column(Column::Deadline) {
            let lifetime = match life.own {
                Some(own) => own,
                None if self.jitter > 0.0 && self.ttl != NEVER => {
                    self.shortened(self.jitter * rng.share())
                }
                None => self.ttl,
            };
            let end = now.saturating_add(lifetime);
            deadline.store(end, Relaxed);
            if let Some(gone) = meta.column(Column::Gone) {
                let window = if life.stands_in {
                    self.stale_if_error
                } else {
                    0
                };
                gone.store(end.saturating_add(window), Relaxed);
            }
        }
        if let Some(used_at) = meta.column(Column::UsedAt) {
            used_at.store(now & !USED, Relaxed);
        }
        if let Some(refresh_at) = meta.column(Column::RefreshAt) {
            refresh_at.store(now.saturating_add(self.refresh_after), Relaxed);
        }
    }

    /// An entry's end, as things stand.
    #[inline(always)]
    fn end(&self, meta: Meta<'_>) -> Nanos {
        let deadline = meta.column(Column::Deadline);
        let deadline = deadline.map_or(NEVER, |deadline| deadline.load(Relaxed));
        self.or_idle(deadline, meta)
    }

    /// The earlier of this and the end that `tti` makes.
    #[inline(always)]
    fn or_idle(&self, end: Nanos, meta: Meta<'_>) -> Nanos {
        if self.tti == NEVER {
            end
        } else {
            end.min(used_at(meta).saturating_add(self.tti))
        }
    }

    #[inline]
    pub(crate) fn is_over(&self, meta: Meta<'_>, now: Nanos) -> bool {
        self.limited() && self.end(meta) <= now
    }

    /// Is it over, and no longer there to stand in for an error?
    pub(crate) fn is_gone(&self, meta: Meta<'_>, now: Nanos) -> bool {
        match meta.column(Column::Gone) {
            None => self.is_over(meta, now),
            Some(gone) => self.or_idle(gone.load(Relaxed), meta) <= now,
        }
    }

    /// A hit: is the entry still alive, to be used once more? Says when, as far as anybody needs to know.
    #[inline(always)]
    pub(crate) fn touch(&self, meta: Meta<'_>) -> Option<Nanos> {
        if !self.limited() {
            return Some(0);
        }
        let now = self.clock.read();
        let end = self.end(meta);
        if end <= now.saturating_add(self.clock.margin()) && end <= clock::now() {
            return None;
        }
        self.mark_used(meta, now);
        Some(now)
    }

    #[inline(always)]
    pub(crate) fn mark_used(&self, meta: Meta<'_>, now: Nanos) {
        if let Some(used_at) = meta.column(Column::UsedAt) {
            // Not a plain store: one that was held up would take a later use back.
            used_at.fetch_max(now | USED, Relaxed);
        }
    }
}

struct ByDeadline;

impl Priority for ByDeadline {
    type Value = Nanos;
    fn of(meta: Meta<'_>) -> Nanos {
        let gone = meta.column(Column::Gone);
        gone.map_or_else(|| meta.get(Column::Deadline), |gone| gone.load(Relaxed))
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

/// The entries in the order in which they are gone, so that they leave without being asked for again.
pub(crate) struct Expiry {
    by_deadline: Option<LazyQueue<ByDeadline>>,
    by_last_use: Option<LazyQueue<ByLastUse>>,
    tti: Nanos,
}

impl Expiry {
    pub(crate) fn new(lifetimes: &Lifetimes) -> Self {
        Self {
            by_deadline: lifetimes.has_deadlines().then(LazyQueue::new),
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

    /// An entry that is gone by now, if there is one.
    #[inline]
    pub(crate) fn gone(&mut self, now: Nanos, slots: &Slots) -> Option<EntryId> {
        let tti = self.tti;
        let by_deadline = self.by_deadline.as_mut();
        by_deadline
            .and_then(|queue| queue.peek_if(slots, |end| end <= now))
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
