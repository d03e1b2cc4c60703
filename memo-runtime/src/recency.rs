//! The order of use, without a list that every hit rewrites.
//!
//! Each entry carries a stamp; the entry with the smallest stamp is the least recently used one.
//! A hit stamps with numbers of its own thread, so it writes nothing shared but the entry's word.
//!
//! * A thread has one tick (a Lamport clock, shared by all caches). A cache has `latest`.
//! * A hit computes `now = max(tick, latest)`. If the stamp is below it, stamp and tick become
//!   `now + 1`; else this thread or another one has stamped the entry at least as late, and nothing
//!   is written: a key that is hot in all threads settles into no writes at all.
//! * Every stamp given out is at most `latest + SPAN`; a thread that would pass this raises `latest`
//!   first, which happens once in `SPAN` hits. A miss moves `latest` past `latest + SPAN`, whether it
//!   stores anything or not, so what is stamped after a miss is later than all that was stamped before
//!   it, in whatever thread: only hits between two misses can be taken in another order than they
//!   came in. (Look and write are two steps: a hit that is interrupted between them for longer than
//!   that may take back the stamp of another thread's hit to the same entry.)
//!
//! In one thread the stamps are exactly the order of use. 2⁶⁴ / 2(SPAN + 1) misses wear the clock
//! out: at 20 million misses a second that is three years.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How far a thread's stamps may run ahead of `latest`.
const SPAN: u64 = 1 << 12;

thread_local! {
    static TICK: Cell<u64> = const { Cell::new(0) };
}

/// A cache's side of the clock.
#[derive(Debug, Default)]
pub(crate) struct Recency {
    latest: AtomicU64,
}

impl Recency {
    /// A hit: `stamp` becomes the latest that this thread knows of.
    #[inline]
    pub(crate) fn touch(&self, stamp: &AtomicU64) {
        let latest = self.latest.load(Relaxed);
        let seen = stamp.load(Relaxed);
        TICK.with(|tick| {
            let now = tick.get().max(latest);
            if seen < now {
                if now >= latest + SPAN {
                    self.catch_up(now);
                }
                stamp.store(now + 1, Relaxed);
                tick.set(now + 1);
            } else {
                tick.set(seen);
            }
        });
    }

    /// Keeps the promise that no stamp is above `latest + SPAN`.
    #[cold]
    fn catch_up(&self, now: u64) {
        self.latest.fetch_max(now, Relaxed);
    }

    /// A miss (called under the cache's lock): what is stamped from here on is later.
    pub(crate) fn advance(&self) {
        self.issue();
    }

    /// A store (called under the cache's lock): a stamp later than all given out so far.
    pub(crate) fn issue(&self) -> u64 {
        TICK.with(|tick| {
            let next = (self.latest.load(Relaxed) + SPAN).max(tick.get()) + 1;
            self.latest.fetch_max(next, Relaxed);
            tick.set(next);
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_one_thread_follow_the_order_of_use() {
        let recency = Recency::default();
        let entries: Vec<AtomicU64> = (0..4).map(|_| AtomicU64::new(recency.issue())).collect();
        let mut order = vec![0, 1, 2, 3];
        let mut pick = 7_usize;
        for round in 0..20_000 {
            pick = (pick * 31 + round) % 4;
            recency.touch(&entries[pick]);
            order.retain(|&other| other != pick);
            order.push(pick);
            let mut by_stamp = vec![0, 1, 2, 3];
            by_stamp.sort_by_key(|&entry: &usize| entries[entry].load(Relaxed));
            assert_eq!(by_stamp, order);
        }
    }

    #[test]
    fn a_miss_comes_after_every_earlier_hit_of_any_thread() {
        let recency = Recency::default();
        let old = AtomicU64::new(recency.issue());
        let other = AtomicU64::new(recency.issue());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..3 * SPAN {
                    recency.touch(&old);
                    recency.touch(&other);
                }
            });
        });
        assert!(recency.issue() > old.load(Relaxed).max(other.load(Relaxed)));
    }

    #[test]
    fn a_thread_ahead_through_another_cache_keeps_the_promise() {
        let (busy, quiet) = (Recency::default(), Recency::default());
        let entry = AtomicU64::new(quiet.issue());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..1000 {
                    busy.issue();
                }
                quiet.touch(&entry);
            });
        });
        assert!(quiet.issue() > entry.load(Relaxed));
    }
}
