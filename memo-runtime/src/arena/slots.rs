//! Which id has what, and which entry is found where: what a writer does under the lock. It knows no
//! types of keys and values.
//!
//! Whoever reads without the lock relies on what is written here (see the invariants in `arena`):
//! only ids below `next`, whose chunk is in the table, are put into an index, and one that was
//! published stays.

use super::memory::{Array, Chunks, Column, EMPTY, EntryId, Index, MAX_ENTRIES, Meta, Shape};
use crate::sync::{AtomicPtr, LoadOwned, Ordering};
use Ordering::{Relaxed, Release};

/// Ids, chunks and the index of one cache: what a writer needs, which knows no types.
pub(crate) struct Slots {
    /// The newest one is current.
    indexes: Vec<Index>,
    pub(super) chunks: Chunks,
    /// The first id that was never used.
    next: EntryId,
    /// A chain of vacant ids, linked by their words; `EMPTY` at its end.
    vacant: EntryId,
    len: usize,
    /// How many entries were ever stored, but for numbers that end in 32 zeros.
    stored: u64,
    /// How many index slots, as a power of two, do for the entries expected.
    expected_bits: u32,
    pub(super) retired: Vec<EntryId>,
    /// What those weigh.
    pub(super) retired_weight: u64,
}

/// Slots of the smallest index, as a power of two.
const SMALLEST: u32 = if cfg!(all(loom, test)) { 2 } else { 3 };

/// How many entries an array of so many slots may index. In a small one, which is cheap, most look-ups
/// should end where they begin: a branch that the processor doesn't foresee costs more than all else.
const fn most_entries(slots: usize) -> usize {
    if slots <= 1 << 14 {
        slots / 4
    } else {
        slots / 2
    }
}

impl Slots {
    pub(super) fn new(shape: Shape) -> Self {
        Self {
            indexes: Vec::new(),
            chunks: Chunks::new(shape),
            next: 0,
            vacant: EMPTY,
            len: 0,
            stored: 0,
            expected_bits: 0,
            retired: Vec::new(),
            retired_weight: 0,
        }
    }

    /// The index may grow in larger steps towards this number of entries.
    pub(crate) fn expect(&mut self, entries: usize) {
        let entries = entries.min(MAX_ENTRIES);
        let enough = |bits: &u32| most_entries(1 << bits) >= entries;
        self.expected_bits = (SMALLEST..u32::BITS - 1).find(enough).unwrap_or(SMALLEST);
    }

    /// Linked entries.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Entries that were taken out and wait to be freed.
    pub(crate) fn waiting(&self) -> usize {
        self.retired.len()
    }

    /// What those weigh.
    pub(crate) fn waiting_weight(&self) -> u64 {
        self.retired_weight
    }

    /// A linked entry without key and value.
    #[inline]
    pub(crate) fn meta(&self, id: EntryId) -> Option<Meta<'_>> {
        let meta = (id < self.next).then(|| self.any_meta(id));
        meta.filter(|meta| meta.seq() != 0)
    }

    /// The entry with this id, if it is still the one with this `seq`, which isn't 0.
    #[inline]
    pub(crate) fn meta_of(&self, id: EntryId, seq: u32) -> Option<Meta<'_>> {
        let meta = self.any_meta(id);
        (meta.seq() == seq).then_some(meta)
    }

    /// When the last entry was stored.
    pub(crate) fn last_stored(&self) -> u64 {
        self.stored
    }

    /// When an entry was stored: its number among all, as long as it is one of the last 2³².
    pub(crate) fn stored(&self, meta: Meta<'_>) -> u64 {
        self.stored - u64::from((self.stored as u32).wrapping_sub(meta.seq()))
    }

    /// An entry without key and value, linked or not.
    #[inline]
    pub(super) fn any_meta(&self, id: EntryId) -> Meta<'_> {
        self.chunks.meta(id)
    }

    /// The linked entries' ids from this one on.
    pub(crate) fn linked_from(&self, id: EntryId) -> impl Iterator<Item = EntryId> + '_ {
        (id..self.next).filter(|id| self.meta(*id).is_some())
    }

    /// Is there a linked entry with this hash? May say so where there is none.
    pub(crate) fn may_have(&self, hash: u32) -> bool {
        let Some(index) = self.indexes.last() else {
            return false;
        };
        let mask = index.mask();
        let mut at = hash;
        loop {
            let seen = index.cell(at).load_owned();
            if seen == EMPTY {
                return false;
            }
            if (seen ^ hash) & !mask == 0 {
                return true;
            }
            at = at.wrapping_add(1);
        }
    }

    /// Linked entries with this hash.
    pub(crate) fn with_hash(&self, hash: u32) -> impl Iterator<Item = EntryId> + '_ {
        let index = self.indexes.last();
        let mut at = hash;
        std::iter::from_fn(move || {
            let index = index?;
            let mask = index.mask();
            loop {
                let seen = index.cell(at).load_owned();
                at = at.wrapping_add(1);
                if seen == EMPTY {
                    return None;
                }
                if (seen ^ hash) & !mask == 0 && self.any_meta(seen & mask).hash() == hash {
                    return Some(seen & mask);
                }
            }
        })
    }

    /// An id that nobody has.
    pub(super) fn vacate(&mut self) -> EntryId {
        if self.vacant != EMPTY {
            let id = self.vacant;
            self.vacant = self.any_meta(id).header.word.load(Relaxed) as EntryId;
            return id;
        }
        assert!(
            (self.next as usize) < 2 * MAX_ENTRIES,
            "more than 2³⁰ entries"
        );
        if self.chunks.of(self.next) == self.chunks.len() {
            self.chunks.add();
        }
        self.next += 1;
        self.next - 1
    }

    /// Publishes an entry that is written.
    pub(super) fn link(&mut self, id: EntryId, hash: u32, root: &AtomicPtr<Array>) {
        self.stored += 1 + u64::from(self.stored as u32 == u32::MAX);
        let meta = self.any_meta(id);
        meta.header.hash.store(hash, Relaxed);
        meta.header.seq.store(self.stored as u32, Relaxed);
        let full = self.indexes.last().is_none_or(|index| {
            let mask = index.mask();
            self.len + 1 > most_entries(mask as usize + 1) || id >= mask
        });
        if full {
            self.grow(root);
        }
        if let Some(index) = self.indexes.last() {
            // The id's Release comes after it.
            index.set_chunk(self.chunks.of(id), &self.chunks);
            put(index, hash, id);
        }
        self.len += 1;
    }

    /// Replaces the index by one that has room for one entry more, and for all ids.
    fn grow(&mut self, root: &AtomicPtr<Array>) {
        let mut bits = match self.indexes.last() {
            None => SMALLEST + (self.expected_bits.saturating_sub(SMALLEST) & 1),
            Some(index) => {
                let bits = index.mask().count_ones();
                // In steps of four the old ones are a third of the last one.
                bits + if bits + 2 <= self.expected_bits { 2 } else { 1 }
            }
        };
        while (1 << bits) - 1 < self.next {
            bits += 1;
        }
        let index = Index::new(bits, &self.chunks.shape);
        for at in 0..self.chunks.len() {
            index.set_chunk(at, &self.chunks);
        }
        if let Some(old) = self.indexes.last() {
            for at in 0..=old.mask() {
                let seen = old.cell(at).load_owned();
                if seen != EMPTY {
                    let id = seen & old.mask();
                    put(&index, self.any_meta(id).hash(), id);
                }
            }
        }
        root.store(index.as_ptr(), Release);
        self.indexes.push(index);
    }

    /// Takes an entry out of the index; it waits to be freed.
    pub(crate) fn unlink(&mut self, id: EntryId) {
        let Some((meta, index)) = self.meta(id).zip(self.indexes.last()) else {
            return;
        };
        meta.header.seq.store(0, Relaxed);
        let mask = index.mask();
        let mut hole = meta.hash() & mask;
        while index.cell(hole).load_owned() & mask != id {
            hole = (hole + 1) & mask;
        }
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let moved = index.cell(at).load_owned();
            if moved == EMPTY {
                break;
            }
            let home = self.any_meta(moved & mask).hash() & mask;
            // It may fill the hole unless its home lies behind it.
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                index.cell(hole).store(moved, Release);
                hole = at;
            }
        }
        index.cell(hole).store(EMPTY, Release);
        self.len -= 1;
        self.retire(id);
    }

    fn retire(&mut self, id: EntryId) {
        let weight = self.any_meta(id).get(Column::Weight);
        self.retired_weight = self.retired_weight.saturating_add(weight);
        self.retired.push(id);
    }

    /// Takes all entries out.
    pub(crate) fn unlink_all(&mut self) {
        if self.len == 0 {
            return;
        }
        for id in 0..self.next {
            let seq = &self.any_meta(id).header.seq;
            if seq.load(Relaxed) != 0 {
                seq.store(0, Relaxed);
                self.retire(id);
            }
        }
        if let Some(index) = self.indexes.last() {
            for at in 0..=index.mask() {
                index.cell(at).store(EMPTY, Release);
            }
        }
        self.len = 0;
    }

    /// Ids that were freed are vacant again (`EMPTY` stands for none); those that are kept wait on.
    pub(super) fn take_back(&mut self, freed: &mut Vec<EntryId>, kept: &mut Vec<EntryId>) {
        for id in freed.drain(..).filter(|id| *id != EMPTY) {
            self.any_meta(id)
                .header
                .word
                .store(self.vacant.into(), Relaxed);
            self.vacant = id;
        }
        if self.retired.is_empty() {
            // Its memory is used again.
            std::mem::swap(&mut self.retired, freed);
        }
        for id in kept.drain(..) {
            self.retire(id);
        }
    }
}

/// Publishes an id in an index that has room.
fn put(index: &Index, hash: u32, id: EntryId) {
    let mask = index.mask();
    let mut at = hash;
    while index.cell(at).load_owned() != EMPTY {
        at = at.wrapping_add(1);
    }
    index.cell(at).store((hash & !mask) | id, Release);
}
