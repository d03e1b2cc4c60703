//! Keys on their way from the threads that call to the one that writes: a queue with a bound and without a
//! lock. Many push, one takes.
//!
//! A thread claims the place at `head` if that is less than a round ahead of `tail`, and then writes
//! its key there. 0 is no key: an empty place. So the one that takes stops at a place that is claimed and
//! not written yet, and keys come out in the order in which places were claimed: those of a thread in the
//! order of its calls. It empties a place before it moves `tail` past it (Release), and a place is claimed
//! again only by who has seen that (Acquire).

use crate::sync::{AtomicBool, AtomicU64, Ordering};
use Ordering::{Acquire, Relaxed, Release};

/// Away from what other threads write.
#[repr(align(128))]
struct Apart(AtomicU64);

pub(crate) struct Ring {
    places: Box<[AtomicU64]>,
    head: Apart,
    tail: Apart,
    /// Are keys wanted?
    open: AtomicBool,
    /// Keys that found no place.
    dropped: AtomicU64,
}

impl Ring {
    /// `len` is a power of two.
    pub(crate) fn new(len: usize) -> Self {
        debug_assert!(len.is_power_of_two());
        let zero = || Apart(AtomicU64::new(0));
        Self {
            places: (0..len).map(|_| AtomicU64::new(0)).collect(),
            head: zero(),
            tail: zero(),
            open: AtomicBool::new(false),
            dropped: AtomicU64::new(0),
        }
    }

    fn place(&self, at: u64) -> &AtomicU64 {
        // Of the number only the bits below the length count.
        &self.places[at as usize & (self.places.len() - 1)]
    }

    /// Adds a key, which isn't 0; counts it as dropped if there is no room. Says whether another quarter
    /// is full: time to take some out.
    #[inline]
    pub(crate) fn push(&self, key: u64) -> bool {
        if !self.open.load(Relaxed) {
            return false;
        }
        let len = self.places.len() as u64;
        let mut at = self.head.0.load(Relaxed);
        loop {
            // `at` may be old, and below a `tail` that is new: then it isn't claimed.
            if at.saturating_sub(self.tail.0.load(Acquire)) >= len {
                self.dropped.fetch_add(1, Relaxed);
                return false;
            }
            match self
                .head
                .0
                .compare_exchange_weak(at, at + 1, Relaxed, Relaxed)
            {
                Ok(_) => break,
                Err(now) => at = now,
            }
        }
        self.place(at).store(key, Release);
        (at + 1) % (len / 4).max(1) == 0
    }

    /// Takes out what is there, up to a round of it. By one thread at a time.
    pub(crate) fn take(&self, mut key: impl FnMut(u64)) -> usize {
        let begin = self.tail.0.load(Relaxed);
        let mut at = begin;
        while at - begin < self.places.len() as u64 {
            let place = self.place(at);
            let found = place.load(Acquire);
            if found == 0 {
                break;
            }
            place.store(0, Relaxed);
            at += 1;
            // Room for others at once.
            self.tail.0.store(at, Release);
            key(found);
        }
        (at - begin) as usize
    }

    /// Begins anew: what is left of before doesn't count. By the thread that would take.
    pub(crate) fn open(&self) {
        self.take(drop);
        self.dropped.store(0, Relaxed);
        self.open.store(true, Release);
    }

    /// No more keys, but for those of calls that have begun to push.
    pub(crate) fn close(&self) {
        self.open.store(false, Relaxed);
    }

    /// Is a place claimed that wasn't taken?
    pub(crate) fn has_more(&self) -> bool {
        self.head.0.load(Relaxed) != self.tail.0.load(Relaxed)
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Relaxed)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_place_is_counted() {
        let ring = Ring::new(8);
        assert!(!ring.push(1), "not open yet");
        ring.open();
        let quarters = (1..=11).filter(|key| ring.push(*key)).count();
        assert_eq!((quarters, ring.dropped()), (4, 3));
        let mut taken = Vec::new();
        assert_eq!(ring.take(|key| taken.push(key)), 8);
        assert_eq!(taken, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert!(!ring.has_more());
        ring.push(12);
        ring.open();
        assert_eq!((ring.take(drop), ring.dropped()), (0, 0));
    }

    #[test]
    fn keys_of_a_thread_come_in_order_and_none_is_lost_uncounted() {
        const THREADS: u64 = 4;
        const KEYS: u64 = if cfg!(miri) { 100 } else { 50_000 };
        let ring = Ring::new(64);
        ring.open();
        let mut last = [0; THREADS as usize];
        let mut taken = 0;
        std::thread::scope(|scope| {
            let pushing: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let ring = &ring;
                    scope.spawn(move || {
                        for key in 1..=KEYS {
                            ring.push(key * THREADS + thread);
                        }
                    })
                })
                .collect();
            loop {
                let done = pushing
                    .iter()
                    .all(std::thread::ScopedJoinHandle::is_finished);
                taken += ring.take(|key| {
                    let (thread, key) = (key % THREADS, key / THREADS);
                    assert!(last[thread as usize] < key);
                    last[thread as usize] = key;
                });
                if done && !ring.has_more() {
                    break;
                }
            }
        });
        assert_eq!(taken as u64 + ring.dropped(), THREADS * KEYS);
    }
}
