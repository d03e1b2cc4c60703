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
//! In one thread the stamps are exactly the order of use. A word holds the stamp and, in its lowest
//! bit, whether any hit has written it since the entry was stored: what nobody has used stands in
//! the order of storing, and need not be compared (`queue.rs`). 2⁶³ / 2(SPAN + 1) misses wear the
//! clock out: at 20 million misses a second that is more than a year.

use crate::hazard::Record;
use crate::sync::{AtomicU64, LoadOwned, Ordering::Relaxed};

/// How far a thread's stamps may run ahead of `latest`.
const SPAN: u64 = 1 << 12;

/// Written by a hit.
const USED: u64 = 1;

/// The stamp in a word.
pub(crate) fn stamp(word: u64) -> u64 {
    word >> 1
}

/// Has a hit written this word since its entry was stored?
pub(crate) fn is_used(word: u64) -> bool {
    word & USED != 0
}

/// A cache's side of the clock.
#[derive(Debug)]
pub(crate) struct Recency {
    latest: AtomicU64,
}

impl Recency {
    pub(crate) fn new() -> Self {
        let latest = AtomicU64::new(0);
        Self { latest }
    }

    /// A hit: the word's stamp becomes the latest that this thread knows of.
    #[inline]
    pub(crate) fn touch(&self, word: &AtomicU64, record: &Record) {
        let latest = self.latest.load(Relaxed);
        let tick = record.tick.load_owned();
        let seen = stamp(word.load(Relaxed));
        let now = tick.max(latest);
        if seen < now {
            if now >= latest + SPAN {
                // Keeps the promise that no stamp is above `latest + SPAN`.
                self.latest.fetch_max(now, Relaxed);
            }
            word.store((now + 1) << 1 | USED, Relaxed);
            record.tick.store(now + 1, Relaxed);
        } else {
            record.tick.store(seen, Relaxed);
        }
    }

    /// A miss: what is stamped from here on is later.
    #[inline]
    pub(crate) fn advance(&self, record: &Record) -> u64 {
        let next = (self.latest.load(Relaxed) + SPAN).max(record.tick.load_owned()) + 1;
        self.latest.fetch_max(next, Relaxed);
        record.tick.store(next, Relaxed);
        next
    }

    /// A store: a word with a stamp later than all given out so far.
    #[inline]
    pub(crate) fn issue(&self, record: &Record) -> u64 {
        self.advance(record) << 1
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::hazard::with_record;

    #[test]
    fn stamps_of_one_thread_follow_the_order_of_use() {
        with_record(|record| {
            let recency = Recency::new();
            let entries: Vec<AtomicU64> = (0..4)
                .map(|_| AtomicU64::new(recency.issue(record)))
                .collect();
            let mut order = vec![0, 1, 2, 3];
            let mut pick = 7_usize;
            for round in 0..20_000 {
                pick = (pick * 31 + round) % 4;
                recency.touch(&entries[pick], record);
                order.retain(|&other| other != pick);
                order.push(pick);
                let mut by_stamp = vec![0, 1, 2, 3];
                by_stamp.sort_by_key(|&entry: &usize| stamp(entries[entry].load(Relaxed)));
                assert_eq!(by_stamp, order);
            }
        });
    }

    #[test]
    fn a_miss_comes_after_every_earlier_hit_of_any_thread() {
        let recency = Recency::new();
        let issue = || with_record(|record| recency.issue(record));
        let (old, other) = (AtomicU64::new(issue()), AtomicU64::new(issue()));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                with_record(|record| {
                    for _ in 0..3 * SPAN {
                        recency.touch(&old, record);
                        recency.touch(&other, record);
                    }
                });
            });
        });
        assert!(issue() > old.load(Relaxed).max(other.load(Relaxed)));
    }

    #[test]
    fn a_thread_ahead_through_another_cache_keeps_the_promise() {
        let (busy, quiet) = (Recency::new(), Recency::new());
        let issue = || with_record(|record| quiet.issue(record));
        let entry = AtomicU64::new(issue());
        std::thread::scope(|scope| {
            scope.spawn(|| {
                with_record(|record| {
                    for _ in 0..1000 {
                        busy.issue(record);
                    }
                    quiet.touch(&entry, record);
                });
            });
        });
        assert!(issue() > entry.load(Relaxed));
    }
}
