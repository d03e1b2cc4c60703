//! The entries in the order of what they are worth. Hits raise that without telling; who wants the least
//! one looks whether its worth has grown, and puts it back if it has. Records of entries that left stay
//! until they come up, or until there are twice as many records as entries, and 64.

use crate::arena::{EntryId, Meta, Slots};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// In the order of leaving.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    /// The bits of a number that isn't negative: in its order.
    priority: u64,
    tie: u64,
    stored: u64,
    id: EntryId,
    seq: u32,
    uses: u8,
}

impl Record {
    /// Which of two with the same `priority` leaves first says `tie`. Its entry has been used `uses` times.
    pub(super) fn new(
        priority: f64,
        tie: u64,
        stored: u64,
        uses: u8,
        meta: (EntryId, u32),
    ) -> Self {
        let (id, seq) = meta;
        Self {
            priority: priority.to_bits(),
            tie,
            stored,
            id,
            seq,
            uses,
        }
    }

    pub(super) fn priority(&self) -> f64 {
        f64::from_bits(self.priority)
    }

    pub(super) fn id(&self) -> EntryId {
        self.id
    }

    pub(super) fn stored(&self) -> u64 {
        self.stored
    }

    pub(super) fn uses(&self) -> u8 {
        self.uses
    }

    fn live<'s>(&self, slots: &'s Slots) -> Option<Meta<'s>> {
        slots.meta_of(self.id, self.seq)
    }
}

pub(super) struct Order {
    records: BinaryHeap<Reverse<Record>>,
    live: usize,
}

impl Order {
    pub(super) fn new() -> Self {
        Self {
            records: BinaryHeap::new(),
            live: 0,
        }
    }

    pub(super) fn push(&mut self, record: Record) {
        self.live += 1;
        self.records.push(Reverse(record));
    }

    /// The entry that is worth least, where `grown` gives the present worth and uses of one that has
    /// been used since it was queued. Each is looked at once at most: hits of other threads meanwhile
    /// are not waited for.
    pub(super) fn least(
        &mut self,
        slots: &Slots,
        grown: impl Fn(Meta<'_>, &Record) -> Option<(f64, u8)>,
    ) -> Option<Record> {
        let mut patience = self.records.len();
        loop {
            let mut first = self.records.peek_mut()?;
            let Some(meta) = first.0.live(slots) else {
                PeekMut::pop(first);
                continue;
            };
            match grown(meta, &first.0) {
                Some((priority, uses)) if patience > 0 => {
                    patience -= 1;
                    first.0.priority = first.0.priority.max(priority.to_bits());
                    first.0.uses = uses;
                }
                _ => return Some(first.0),
            }
        }
    }

    /// An entry has left.
    pub(super) fn forget(&mut self, slots: &Slots) {
        self.live -= 1;
        if self
            .records
            .peek()
            .is_some_and(|first| first.0.live(slots).is_none())
        {
            self.records.pop();
        }
        if self.records.len() > 2 * self.live + 64 {
            self.records.retain(|record| record.0.live(slots).is_some());
        }
    }

    /// Other ties.
    pub(super) fn reorder(&mut self, tie: impl Fn(&Record) -> u64) {
        let records = std::mem::take(&mut self.records).into_vec();
        let anew = |Reverse(record): Reverse<Record>| {
            let tie = tie(&record);
            Reverse(Record { tie, ..record })
        };
        self.records = records.into_iter().map(anew).collect();
    }
}
