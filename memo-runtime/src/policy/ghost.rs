//! Keys that have left not long ago, by their hashes: a queue of bounded length that can be asked, with
//! a note for each. Some 16 bytes a key, and the note.
//!
//! Records stand in one ring in the order of coming; those of one bucket are chained by their places in
//! it, the newest first. So the oldest one can leave without being looked for: a chain ends
//! where it leads out of the ring. A key taken out of the middle leaves a dead record; when more than
//! half as many records are dead as live, and 64, all dead ones are dropped. O(1) each, amortised.
//! Memory grows with what is in it, and is given back when that shrinks.
//!
//! The 56 bits of a hash that there are (`uses.rs`) are compared: one of 2⁵⁶ keys is taken for
//! another, which costs a wrong guess of the policy. Hashes are seeded, so nobody who chooses keys
//! can make a chain long.

use std::collections::VecDeque;

/// Least number of buckets.
const LEAST: usize = 16;
/// Dead records that are never too many.
const SLACK: usize = 64;

#[derive(Clone, Copy)]
struct Record<N> {
    /// Two halves, for the sake of alignment.
    hash: [u32; 2],
    /// The place of the next older one of the bucket; its own in a dead record, which is in no chain.
    next: u32,
    note: N,
}

pub(super) struct Ghost<N: Copy = ()> {
    ring: VecDeque<Record<N>>,
    /// The place of the first one in the ring. Places are counted round.
    base: u32,
    /// The place of the newest one of each bucket, or one that isn't in the ring.
    buckets: Vec<u32>,
    live: usize,
}

impl<N: Copy> Ghost<N> {
    /// An empty one, which has allocated nothing.
    pub(super) fn new() -> Self {
        Self {
            ring: VecDeque::new(),
            base: 0,
            buckets: Vec::new(),
            live: 0,
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Notes a key as the one that left last. One that is noted already should be taken out first.
    pub(super) fn push(&mut self, hash: u64, note: N) {
        if self.ring.len() >= self.most() {
            self.rebuild();
        }
        let record = Record {
            hash: [hash as u32, (hash >> 32) as u32],
            next: 0,
            note,
        };
        self.live += 1;
        self.append(record);
    }

    /// The note of a key, which is taken out.
    pub(super) fn take(&mut self, hash: u64) -> Option<N> {
        if self.buckets.is_empty() {
            return None;
        }
        let wanted = [hash as u32, (hash >> 32) as u32];
        let bucket = self.bucket(wanted);
        let mut place = self.buckets[bucket];
        let mut before = None;
        // Each one is older than the one before it.
        let mut end = self.ring.len();
        loop {
            let at = place.wrapping_sub(self.base) as usize;
            if at >= end {
                return None;
            }
            let Record { hash, next, note } = self.ring[at];
            if hash == wanted {
                match before {
                    None => self.buckets[bucket] = next,
                    Some(before) => self.ring[before].next = next,
                }
                self.ring[at].next = place;
                self.live -= 1;
                self.drop_dead_front();
                return Some(note);
            }
            (before, end, place) = (Some(at), at, next);
        }
    }

    /// Forgets the oldest ones until there are this many at most.
    pub(super) fn trim(&mut self, most: usize) {
        while self.live > most {
            self.pop();
            self.live -= 1;
            self.drop_dead_front();
        }
        if self.buckets.len() > LEAST.max(8 * self.live) {
            self.rebuild();
        }
    }

    /// How many records there may be.
    fn most(&self) -> usize {
        (2 * self.buckets.len()).min(self.live + self.live / 2 + SLACK)
    }

    fn bucket(&self, hash: [u32; 2]) -> usize {
        // The lowest byte is a count's.
        (hash[0] >> 8 ^ hash[1] << 12) as usize & (self.buckets.len() - 1)
    }

    fn append(&mut self, mut record: Record<N>) {
        let bucket = self.bucket(record.hash);
        let place = self.base.wrapping_add(self.ring.len() as u32);
        record.next = std::mem::replace(&mut self.buckets[bucket], place);
        if record.next == place {
            // The place before the first: not in the ring.
            record.next = self.base.wrapping_sub(1);
        }
        self.ring.push_back(record);
    }

    fn pop(&mut self) -> Option<Record<N>> {
        let first = self.ring.pop_front()?;
        self.base = self.base.wrapping_add(1);
        Some(first)
    }

    /// The first one lives, so that the oldest one is found at once.
    fn drop_dead_front(&mut self) {
        while self.ring.front().is_some_and(|r| r.next == self.base) {
            self.pop();
        }
    }

    /// Drops the dead, with as many buckets as fit the living.
    #[cold]
    fn rebuild(&mut self) {
        let old = std::mem::take(&mut self.ring);
        let buckets = (self.live + self.live / 2).next_power_of_two().max(LEAST);
        self.buckets = vec![self.base.wrapping_sub(1); buckets];
        self.ring.reserve_exact(self.most());
        let mut place = self.base;
        for record in old {
            if record.next != place {
                self.append(record);
            }
            place = place.wrapping_add(1);
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// So many records, and the memory behind them, do for what is in it.
    fn is_bounded(ghost: &Ghost<u16>) -> bool {
        ghost.ring.len() <= ghost.live + ghost.live / 2 + SLACK
            && ghost.ring.capacity() <= 2 * (ghost.live + ghost.live / 2 + SLACK) + LEAST
            && ghost.buckets.len() <= LEAST.max(8 * ghost.live + 8)
    }

    proptest! {
        /// Few keys, and places that pass the end of their numbers.
        #[test]
        fn as_a_queue_that_is_searched(
            ops in proptest::collection::vec((0_u64..40, any::<u16>(), 0_usize..24), 0..900),
            spread in any::<u64>(),
        ) {
            let mut ghost = Ghost::new();
            ghost.base = u32::MAX - 100;
            let mut model: VecDeque<(u64, u16)> = VecDeque::new();
            for (key, note, most) in ops {
                let hash = (key + 1).wrapping_mul(spread | 1) << 8;
                let known = model.iter().position(|(other, _)| *other == hash);
                let known = known.and_then(|at| model.remove(at));
                prop_assert_eq!(ghost.take(hash), known.map(|(_, note)| note));
                if note % 3 > 0 {
                    ghost.push(hash, note);
                    model.push_back((hash, note));
                }
                ghost.trim(most);
                while model.len() > most {
                    model.pop_front();
                }
                prop_assert_eq!(ghost.len(), model.len());
                prop_assert!(is_bounded(&ghost));
            }
            for (hash, note) in model {
                prop_assert_eq!(ghost.take(hash), Some(note));
            }
        }
    }

    #[test]
    fn what_is_taken_out_behind_an_old_one_leaves_nothing() {
        let mut ghost = Ghost::new();
        ghost.push(0, 0);
        for key in 1..10_000 {
            ghost.push(key << 8, 1);
            assert_eq!(ghost.take(key << 8), Some(1));
            assert!(is_bounded(&ghost));
        }
        assert_eq!(ghost.take(0), Some(0));
    }

    #[test]
    fn memory_follows_what_is_in_it() {
        let mut ghost = Ghost::new();
        assert_eq!((ghost.ring.capacity(), ghost.buckets.len()), (0, 0));
        for key in 0..100_000_u64 {
            ghost.push(key.wrapping_mul(0x9E37_79B9_7F4A_7C15), 0);
            ghost.trim(50_000);
            assert!(is_bounded(&ghost));
        }
        assert_eq!(ghost.len(), 50_000);
        ghost.trim(10);
        assert!(is_bounded(&ghost));
    }
}
