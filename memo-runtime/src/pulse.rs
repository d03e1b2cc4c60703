//! When an entry was used last and the time before, and how often, in its word: what the policy
//! `adaptive` learns of hits. Time is counted in quanta of [`QUANTUM`]
//! accesses, or of fewer in small caches ([`quantum`]).
//!
//! * A cache has one clock. A thread moves it on once in a quantum of hits of its own, a policy once in as
//!   many misses: so it is written rarely, and counts accesses of all threads. In a cache of less than 16
//!   entries each access moves it.
//! * The first hit of a quantum shifts the word's stamps and counts; a further one in the same quantum
//!   finds the word up to date and writes nothing. So a key that is asked for again at once counts as used
//!   once, and hot keys cost little.
//! * A hit that writes a word marked as [`SAMPLED`] also leaves the entry's id in a ring, for the
//!   miniature caches of the policy, which the next miss empties. A full ring takes no more.
//!
//! A word, from the lowest bit on: 28 bits of the last stamp, 28 bits of the one before (0: none), 7 bits of
//! count, a bit that says that the key is in the sample. Stamps are compared by their distance from the
//! present; one that is 2²⁸ quanta old (8 billion accesses without a use, fewer in small caches) is taken for a new one. Look and
//! write of a hit are two steps: of hits at the same moment one may not be counted, and a hit may
//! take back what a policy wrote meanwhile.

use crate::arena::EntryId;
use crate::sync::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::OnceLock;

/// Accesses that are taken for simultaneous, at most.
pub(crate) const QUANTUM: u64 = 32;
/// And of how many entries they are the accesses, in a cache of fewer.
const PER_QUANTUM: usize = 8;

/// Accesses that are taken for simultaneous in a cache of so many entries: a power of two.
pub(crate) fn quantum(entries: usize) -> u64 {
    let most = (entries / PER_QUANTUM).clamp(1, QUANTUM as usize) as u64;
    1 << most.ilog2()
}

const BITS: u32 = 28;
const STAMP: u64 = (1 << BITS) - 1;
const COUNT: u64 = 0x7F << (2 * BITS);
const ONE: u64 = 1 << (2 * BITS);
/// Hits of this entry are to be noted.
pub(crate) const SAMPLED: u64 = 1 << 63;

/// How many notes there may be between two misses.
const NOTES: usize = if cfg!(all(loom, test)) { 2 } else { 256 };
/// No note.
const NOTHING: u32 = u32::MAX;

/// The clock of one cache, and what its hits leave for the next miss.
#[derive(Debug)]
pub(crate) struct Pulse {
    now: AtomicU32,
    /// One less than the accesses of a quantum.
    mask: AtomicU32,
    noted: AtomicU32,
    /// There once the cache is full for the first time.
    notes: OnceLock<Box<[AtomicU32]>>,
}

impl Pulse {
    pub(crate) fn new() -> Self {
        Self {
            // 0 stands for no stamp.
            now: AtomicU32::new(1),
            mask: AtomicU32::new(QUANTUM as u32 - 1),
            noted: AtomicU32::new(0),
            notes: OnceLock::new(),
        }
    }

    /// A hit.
    #[inline]
    pub(crate) fn touch(&self, word: &AtomicU64, id: EntryId) {
        let seen = word.load(Relaxed);
        let now = u64::from(self.now.load(Relaxed)) & STAMP;
        if seen & STAMP != now {
            word.store(used(seen, now), Relaxed);
            if seen & SAMPLED != 0 {
                self.note(id);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn note(&self, id: EntryId) {
        let Some(notes) = self.notes.get() else {
            return;
        };
        if (self.noted.load(Relaxed) as usize) < NOTES {
            let at = self.noted.fetch_add(1, Relaxed) as usize;
            if let Some(note) = notes.get(at) {
                note.store(id, Relaxed);
            }
        }
    }

    /// Is a quantum over with this one of accesses that are counted from anywhere?
    #[inline]
    pub(crate) fn is_over(&self, count: u64) -> bool {
        count as u32 & self.mask.load(Relaxed) == 0
    }

    /// A quantum is over.
    #[cold]
    #[inline(never)]
    pub(crate) fn tick(&self) {
        self.now.fetch_add(1, Relaxed);
    }

    pub(crate) fn now(&self) -> u32 {
        self.now.load(Relaxed)
    }

    /// How many accesses a quantum is at present.
    pub(crate) fn quantum(&self) -> u64 {
        u64::from(self.mask.load(Relaxed)) + 1
    }

    /// There are so many entries, and notes are taken from here on.
    pub(crate) fn open(&self, entries: usize) {
        self.mask.store(quantum(entries) as u32 - 1, Relaxed);
        let notes = || (0..NOTES).map(|_| AtomicU32::new(NOTHING)).collect();
        self.notes.get_or_init(notes);
    }

    /// Gives what was noted to `each`, under the lock. A note that is being written just now may come
    /// with the next ones, or be lost.
    pub(crate) fn drain(&self, mut each: impl FnMut(EntryId)) {
        let Some(notes) = self.notes.get() else {
            return;
        };
        if self.noted.load(Relaxed) == 0 {
            return;
        }
        let noted = self.noted.swap(0, Relaxed) as usize;
        for note in &notes[..noted.min(NOTES)] {
            let id = note.load(Relaxed);
            if id != NOTHING {
                note.store(NOTHING, Relaxed);
                each(id);
            }
        }
    }
}

/// A word after a use at this time.
#[inline]
pub(crate) fn used(word: u64, now: u64) -> u64 {
    let count = word & COUNT;
    let count = if count == COUNT { count } else { count + ONE };
    word & SAMPLED | count | (word & STAMP) << BITS | now & STAMP
}

/// The word of an entry that is stored now.
pub(crate) fn word(now: u64, before: u64, count: u8, sampled: bool) -> u64 {
    let sampled = if sampled { SAMPLED } else { 0 };
    sampled | u64::from(count) << (2 * BITS) & COUNT | (before & STAMP) << BITS | now & STAMP
}

/// When it was used last.
pub(crate) fn last(word: u64, now: u64) -> u64 {
    since(word & STAMP, BITS, now)
}

/// When it was used before that; 0 if that isn't known.
pub(crate) fn before(word: u64, now: u64) -> u64 {
    match word >> BITS & STAMP {
        0 => 0,
        stamp => since(stamp, BITS, now),
    }
}

/// How often it was used, up to 127 times.
pub(crate) fn count(word: u64) -> u8 {
    ((word & COUNT) >> (2 * BITS)) as u8
}

/// The same word with another count.
pub(crate) fn with_count(word: u64, count: u8) -> u64 {
    word & !COUNT | u64::from(count) << (2 * BITS) & COUNT
}

/// The whole of a stamp of which so many low bits are known, which is one of the last 2^`bits`; hits of
/// other threads may be a little ahead of the present.
pub(crate) fn since(stamp: u64, bits: u32, now: u64) -> u64 {
    let mask = (1 << bits) - 1;
    let ahead = stamp.wrapping_sub(now) & mask;
    if ahead < mask >> 8 {
        now + ahead
    } else {
        now.saturating_sub(now.wrapping_sub(stamp) & mask)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_two_stamps_and_a_count() {
        let cell = AtomicU64::new(word(1, 0, 0, false));
        let pulse = Pulse::new();
        pulse.touch(&cell, 0);
        assert_eq!(cell.load(Relaxed), word(1, 0, 0, false));
        let mut now = 1;
        for uses in 1..200_u64 {
            let previous = now;
            for _ in 0..uses % 3 + 1 {
                pulse.tick();
            }
            now = u64::from(pulse.now());
            pulse.touch(&cell, 0);
            pulse.touch(&cell, 0);
            let seen = cell.load(Relaxed);
            assert_eq!((last(seen, now), before(seen, now)), (now, previous));
            assert_eq!(u64::from(count(seen)), uses.min(127));
            assert_eq!(seen & SAMPLED, 0);
        }
        let other = with_count(cell.load(Relaxed), 3);
        assert_eq!((count(other), last(other, now)), (3, now));
    }

    #[test]
    fn a_quantum_is_a_small_part_of_the_cache() {
        let pulse = Pulse::new();
        let cases = [
            (0, 1),
            (1, 1),
            (15, 1),
            (16, 2),
            (100, 8),
            (255, 16),
            (256, 32),
            (usize::MAX, 32),
        ];
        for (entries, accesses) in cases {
            assert_eq!(quantum(entries), accesses, "{entries}");
            pulse.open(entries);
            assert_eq!(pulse.quantum(), accesses);
            let over = (1..=320).filter(|count| pulse.is_over(*count)).count();
            assert_eq!(over as u64, 320 / accesses);
        }
    }

    #[test]
    fn stamps_survive_the_end_of_their_numbers() {
        for now in [5, STAMP, STAMP + 7, 3 * STAMP, 1 << 40] {
            for age in [0, 1, 1000, 1 << 20].into_iter().filter(|age| *age < now) {
                let seen = word(now - age, now - age, 1, true);
                assert_eq!(last(seen, now), now - age);
                assert!(before(seen, now) == now - age || (now - age) & STAMP == 0);
                assert_eq!(last(word(now + 3, 0, 0, false), now), now + 3);
            }
        }
    }

    #[test]
    fn sampled_hits_are_noted_once_a_quantum_until_the_ring_is_full() {
        let pulse = Pulse::new();
        let cells: Vec<AtomicU64> = (0..2 * NOTES)
            .map(|_| AtomicU64::new(word(1, 0, 0, true)))
            .collect();
        let all = || {
            for (id, cell) in (0..).zip(&cells) {
                pulse.touch(cell, id);
                pulse.touch(cell, id);
            }
            let mut ids = Vec::new();
            pulse.drain(|id| ids.push(id));
            ids
        };
        pulse.tick();
        assert_eq!(all(), []);
        pulse.open(1 << 10);
        for _ in 0..3 {
            pulse.tick();
            assert_eq!(all(), Vec::from_iter(0..NOTES as u32));
            assert_eq!(all(), []);
        }
    }
}
