//! Keys that have left, four bytes each: 12 bits of the hash, how often the key was used (up to 15
//! times), and when it was used last, in 16 bits of a coarse clock. Sets of eight; the one in a set that was used the longest
//! time ago makes room. So what is here are about the last ones by the time of their last use, which is
//! what LIRS keeps in its stack.
//!
//! One key in 500 is taken for another one: that costs a wrong guess. Which keys those are depends on the
//! seeded hash.

/// Keys of a set.
const WAYS: usize = 8;
const TAG: u32 = 20;
const COUNT: u32 = 16;
const STAMP: u32 = (1 << COUNT) - 1;
/// What no key is: tag 0.
const NOBODY: u32 = 0;
/// Most uses that are remembered.
pub(in crate::policy) const MOST: u8 = 15;

pub(in crate::policy) struct Past {
    sets: Vec<[u32; WAYS]>,
    /// Quanta of a tick of its clock.
    unit: u64,
}

/// What is known of a key that was here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Known {
    /// The quantum of its last use; not exactly.
    pub(in crate::policy) last: u64,
    pub(in crate::policy) count: u8,
}

impl Past {
    /// For so many keys.
    pub(in crate::policy) fn new(keys: usize, unit: u64) -> Self {
        let sets = keys.div_ceil(WAYS);
        Self {
            sets: vec![[NOBODY; WAYS]; sets],
            unit: unit.max(1),
        }
    }

    /// The set of a hash of 31 bits, and its tag, shifted.
    fn find(&self, hash: u32) -> (usize, u32) {
        let mixed = u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let set = ((mixed >> 32) * self.sets.len() as u64) >> 32;
        let tag = (mixed as u32 >> TAG).max(1) << TAG;
        (set as usize, tag)
    }

    /// Ticks since the stamp of a record.
    fn age(&self, record: u32, now: u64) -> u32 {
        ((now / self.unit) as u32).wrapping_sub(record) & STAMP
    }

    /// Notes a key that leaves.
    pub(in crate::policy) fn push(&mut self, hash: u32, known: Known, now: u64) {
        if self.sets.is_empty() {
            return;
        }
        let (set, tag) = self.find(hash);
        let stamp = (known.last / self.unit) as u32 & STAMP;
        let record = tag | u32::from(known.count.min(MOST)) << COUNT | stamp;
        let same = |other: &u32| *other == NOBODY || *other >> TAG == tag >> TAG;
        let same = self.sets[set].iter().position(same);
        let place = same.unwrap_or_else(|| {
            let age = |place: &usize| self.age(self.sets[set][*place], now);
            (0..WAYS).rev().max_by_key(age).unwrap_or(0)
        });
        self.sets[set][place] = record;
    }

    /// What is known of a key, which comes back.
    pub(in crate::policy) fn take(&mut self, hash: u32, now: u64) -> Option<Known> {
        if self.sets.is_empty() {
            return None;
        }
        let (set, tag) = self.find(hash);
        let found = self.sets[set]
            .iter()
            .position(|r| *r >> TAG == tag >> TAG)?;
        let record = std::mem::replace(&mut self.sets[set][found], NOBODY);
        // The young end of the tick.
        let last = now - now % self.unit + self.unit - 1;
        let age = u64::from(self.age(record, now)) * self.unit;
        Some(Known {
            last: last.min(now).saturating_sub(age).max(1),
            count: (record >> COUNT) as u8 & MOST,
        })
    }

    #[cfg(all(test, not(loom)))]
    pub(super) fn bytes(&self) -> usize {
        self.sets.capacity() * size_of::<[u32; WAYS]>()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::rng::Rng;

    fn hashes(seed: u64) -> impl Iterator<Item = u32> {
        let mut rng = Rng::seeded(seed);
        std::iter::repeat_with(move || (rng.next() >> 33) as u32)
    }

    #[test]
    fn remembers_what_left_last_with_its_uses_and_about_its_time() {
        let mut past = Past::new(1000, 4);
        let keys: Vec<u32> = hashes(1).take(3000).collect();
        for (hash, at) in keys.iter().zip(1_u64..) {
            let count = (at % 20) as u8;
            past.push(*hash, Known { last: at, count }, at);
        }
        let mut found = 0;
        for (hash, at) in keys.iter().zip(1_u64..) {
            if let Some(known) = past.take(*hash, 3000) {
                found += 1;
                // One in 500 is another's.
                if known.last.abs_diff(at) < 4 {
                    assert_eq!(known.count, MOST.min((at % 20) as u8));
                }
                assert_eq!(past.take(*hash, 3000).filter(|again| *again == known), None);
            }
        }
        assert!((900..=1000).contains(&found), "{found}");
        let young = keys[2700..].iter().filter(|hash| {
            past.push(
                **hash,
                Known {
                    last: 3000,
                    count: 1,
                },
                3000,
            );
            past.take(**hash, 3000).is_some()
        });
        assert_eq!(young.count(), 300);
    }

    #[test]
    fn few_are_taken_for_another() {
        let mut past = Past::new(8000, 1);
        for hash in hashes(2).take(20_000) {
            past.push(hash, Known { last: 1, count: 0 }, 1);
        }
        let wrong = hashes(3).take(2000).filter(|h| past.take(*h, 1).is_some());
        assert!(wrong.count() < 16);
    }

    #[test]
    fn none_for_nobody() {
        let mut past = Past::new(0, 1);
        past.push(1, Known { last: 1, count: 1 }, 1);
        assert_eq!((past.take(1, 1), past.bytes()), (None, 0));
    }
}
