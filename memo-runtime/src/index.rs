//! From a hash to the entries that may have it: open addressing with linear probing over one array
//! of 8-byte slots (32 bits of the hash, the entry's id), at most half full. Removal shifts the rest
//! of the cluster back (Knuth, TAOCP 3, 6.4, algorithm R), so there are no tombstones and a look-up
//! ends at the first empty slot.
//!
//! The index knows no keys: it yields candidates, whose full hash and key the caller compares.

use crate::entry::EntryId;

#[derive(Clone, Copy)]
struct Slot {
    tag: u32,
    id: EntryId,
}

const EMPTY: Slot = Slot {
    tag: 0,
    id: EntryId::MAX,
};

impl Slot {
    fn is_empty(self) -> bool {
        self.id == EntryId::MAX
    }
}

/// Fewest slots of an index that isn't empty.
const SMALLEST: usize = 8;

#[derive(Default)]
pub(crate) struct Index {
    /// A power of two, or none.
    slots: Vec<Slot>,
    len: usize,
}

impl Index {
    /// Spreads the hash, so that a hasher with poor bits, high or low, doesn't make clusters.
    fn tag(hash: u64) -> u32 {
        ((hash ^ (hash >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
    }

    fn mask(&self) -> usize {
        self.slots.len() - 1
    }

    /// The entries whose hash agrees in the bits kept here.
    #[inline]
    pub(crate) fn candidates(&self, hash: u64) -> impl Iterator<Item = EntryId> + '_ {
        let tag = Self::tag(hash);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = tag as usize;
        std::iter::from_fn(move || {
            loop {
                // An index without slots has no slot at all.
                let slot = self.slots.get(at & mask)?;
                if slot.is_empty() {
                    return None;
                }
                at += 1;
                if slot.tag == tag {
                    return Some(slot.id);
                }
            }
        })
    }

    /// Adds an entry. Amortised O(1).
    pub(crate) fn insert(&mut self, hash: u64, id: EntryId) {
        if 2 * (self.len + 1) > self.slots.len() {
            self.grow();
        }
        self.place(Slot {
            tag: Self::tag(hash),
            id,
        });
        self.len += 1;
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.mask();
        let mut at = slot.tag as usize & mask;
        while !self.slots[at].is_empty() {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }

    fn grow(&mut self) {
        let doubled = (self.slots.len() * 2).max(SMALLEST);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; doubled]);
        for slot in old.into_iter().filter(|slot| !slot.is_empty()) {
            self.place(slot);
        }
    }

    /// Takes an entry out. O(length of its cluster).
    pub(crate) fn remove(&mut self, hash: u64, id: EntryId) {
        if self.slots.is_empty() {
            return;
        }
        let mask = self.mask();
        let mut hole = Self::tag(hash) as usize & mask;
        while self.slots[hole].id != id {
            if self.slots[hole].is_empty() {
                return;
            }
            hole = (hole + 1) & mask;
        }
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot.is_empty() {
                break;
            }
            let home = slot.tag as usize & mask;
            // The slot may fill the hole unless its home lies behind it.
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = EMPTY;
        self.len -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_a_list_of_pairs(ops in proptest::collection::vec((any::<bool>(), 0_u64..40, 0_u64..4), 0..400)) {
            let mut index = Index::default();
            let mut model: Vec<(u64, EntryId)> = Vec::new();
            for (insert, pick, spread) in ops {
                if insert {
                    let id = (0..).find(|id| model.iter().all(|(_, other)| other != id)).unwrap();
                    let hash = pick << (spread * 16);
                    index.insert(hash, id);
                    model.push((hash, id));
                } else if !model.is_empty() {
                    let (hash, id) = model.swap_remove(pick as usize % model.len());
                    index.remove(hash, id);
                }
                prop_assert_eq!(index.len, model.len());
                for &(hash, id) in &model {
                    prop_assert!(index.candidates(hash).any(|found| found == id));
                }
                let all: usize = index.slots.iter().filter(|slot| !slot.is_empty()).count();
                prop_assert_eq!(all, model.len());
            }
        }
    }

    #[test]
    fn an_empty_index_has_no_candidates() {
        assert_eq!(Index::default().candidates(7).count(), 0);
        Index::default().remove(7, 0);
    }
}
