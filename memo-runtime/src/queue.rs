//! A priority queue whose priorities may have grown since they were queued, and are looked up again
//! only when it matters: the part that `lru`, `lfu`, `ttl` and `tti` have in common.
//!
//! Entries are queued with the priority they have when they are stored. Hits raise an entry's
//! priority without telling the queue. Whoever wants the smallest takes the smallest *recorded*
//! one and compares it with the present: if it has grown, the record is put back by its present
//! value. A hit can cause at most one such repair, and many hits to one entry between two evictions
//! cause one in all.
//!
//! New records mostly come in order, so they stand in a plain queue; those that don't fit at its
//! end, mostly ones put back, stand in a heap. (A radix heap is no alternative: what is put back
//! may be smaller than its last minimum.) Records of entries that left stay until they surface,
//! or until there are more than `2 × live + 64` records; then all dead ones are dropped.
//!
//! Costs, amortised: O(log n) an entry, and O(1) as long as the order holds. A single look after a
//! million hits to a million entries has a million records to repair; each push repairs a few ahead
//! of need.

use crate::entry::{Entries, EntryId, Header};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// What was known of an entry when it was queued. Ordered by priority, then by age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Record<P> {
    priority: P,
    serial: u64,
    id: EntryId,
}

/// How many records a push looks at ahead of need.
const REPAIRS_AHEAD: usize = 2;

pub(crate) struct LazyQueue<P> {
    /// An entry's present priority: never smaller than before.
    priority: fn(&Header) -> P,
    /// In order.
    fresh: VecDeque<Record<P>>,
    /// Those that came out of order.
    returned: BinaryHeap<Reverse<Record<P>>>,
    /// Entries that are queued and haven't left.
    live: usize,
}

impl<P: Ord + Copy> LazyQueue<P> {
    pub(crate) fn new(priority: fn(&Header) -> P) -> Self {
        Self {
            priority,
            fresh: VecDeque::new(),
            returned: BinaryHeap::new(),
            live: 0,
        }
    }

    /// Queues an entry that was just stored.
    pub(crate) fn push(&mut self, id: EntryId, entries: &dyn Entries) {
        let Some(header) = entries.header(id) else {
            return;
        };
        self.live += 1;
        self.put(Record {
            priority: (self.priority)(header),
            serial: header.serial,
            id,
        });
        for _ in 0..REPAIRS_AHEAD {
            match self.fresh.front().map(|record| self.check(record, entries)) {
                None | Some(State::Current) => break,
                Some(State::Dead) => drop(self.fresh.pop_front()),
                Some(State::Grown(record)) => {
                    self.fresh.pop_front();
                    self.put(record);
                }
            }
        }
    }

    /// The entry with the smallest present priority, if `wanted` says so. It stays queued.
    pub(crate) fn peek_if(
        &mut self,
        entries: &dyn Entries,
        wanted: impl Fn(P) -> bool,
    ) -> Option<EntryId> {
        loop {
            let record = *self.smallest()?;
            match self.check(&record, entries) {
                State::Current => return wanted(record.priority).then_some(record.id),
                State::Dead => self.drop_smallest(),
                State::Grown(grown) => {
                    self.drop_smallest();
                    self.put(grown);
                }
            }
        }
    }

    /// Says that a queued entry has left; its slot is empty by now.
    pub(crate) fn forget(&mut self, entries: &dyn Entries) {
        self.live -= 1;
        if self.fresh.len() + self.returned.len() > 2 * self.live + 64 {
            let alive = |record: &Record<P>| is_live(record, entries);
            self.fresh.retain(alive);
            self.returned.retain(|Reverse(record)| alive(record));
        }
    }

    fn check(&self, record: &Record<P>, entries: &dyn Entries) -> State<P> {
        match entries.header(record.id) {
            Some(header) if header.serial == record.serial => {
                let priority = (self.priority)(header);
                if priority == record.priority {
                    State::Current
                } else {
                    State::Grown(Record {
                        priority,
                        ..*record
                    })
                }
            }
            _ => State::Dead,
        }
    }

    fn put(&mut self, record: Record<P>) {
        if self.fresh.back().is_none_or(|last| *last <= record) {
            self.fresh.push_back(record);
        } else {
            self.returned.push(Reverse(record));
        }
    }

    fn smallest(&self) -> Option<&Record<P>> {
        match (self.fresh.front(), self.returned.peek()) {
            (Some(fresh), Some(Reverse(returned))) => Some(fresh.min(returned)),
            (fresh, returned) => fresh.or(returned.map(|Reverse(record)| record)),
        }
    }

    fn drop_smallest(&mut self) {
        let from_fresh = match (self.fresh.front(), self.returned.peek()) {
            (Some(fresh), Some(Reverse(returned))) => fresh <= returned,
            (fresh, _) => fresh.is_some(),
        };
        if from_fresh {
            self.fresh.pop_front();
        } else {
            self.returned.pop();
        }
    }

    #[cfg(test)]
    fn records(&self) -> usize {
        self.fresh.len() + self.returned.len()
    }
}

enum State<P> {
    Current,
    Grown(Record<P>),
    Dead,
}

fn is_live<P>(record: &Record<P>, entries: &dyn Entries) -> bool {
    entries
        .header(record.id)
        .is_some_and(|header| header.serial == record.serial)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Words;
    use proptest::prelude::*;
    use std::sync::atomic::Ordering::Relaxed;

    #[derive(Default)]
    struct Slots(Vec<Option<Header>>);

    impl Entries for Slots {
        fn header(&self, id: EntryId) -> Option<&Header> {
            self.0[id as usize].as_ref()
        }
    }

    impl Slots {
        fn store(&mut self, serial: u64) -> EntryId {
            let header = Header {
                hash: 0,
                serial,
                weight: 0,
                deadline: 0,
                words: Words::default(),
            };
            header.words.stamp.store(serial * 10, Relaxed);
            let free = self.0.iter().position(Option::is_none);
            let id = free.unwrap_or(self.0.len());
            if free.is_none() {
                self.0.push(None);
            }
            self.0[id] = Some(header);
            id as EntryId
        }

        fn smallest(&self) -> Option<EntryId> {
            let live = self.0.iter().enumerate();
            live.filter_map(|(id, header)| Some((stamp(header.as_ref()?), id as EntryId)))
                .min()
                .map(|(_, id)| id)
        }
    }

    fn stamp(header: &Header) -> u64 {
        header.words.stamp.load(Relaxed)
    }

    proptest! {
        #[test]
        fn finds_the_smallest_present_priority(ops in proptest::collection::vec((0_u8..4, any::<u16>()), 0..600)) {
            let mut slots = Slots::default();
            let mut queue = LazyQueue::new(stamp);
            let mut clock = 0;
            for (op, pick) in ops {
                let live: Vec<EntryId> = (0..slots.0.len() as EntryId).filter(|&id| slots.header(id).is_some()).collect();
                clock += 1;
                match op {
                    0 => {
                        let id = slots.store(clock);
                        queue.push(id, &slots);
                    }
                    1 if !live.is_empty() => {
                        let id = live[pick as usize % live.len()];
                        slots.0[id as usize].as_ref().unwrap().words.stamp.store(clock * 10 + u64::from(pick % 7), Relaxed);
                    }
                    2 if !live.is_empty() => {
                        let id = live[pick as usize % live.len()];
                        slots.0[id as usize] = None;
                        queue.forget(&slots);
                    }
                    _ => {
                        let smallest = queue.peek_if(&slots, |_| true);
                        prop_assert_eq!(smallest, slots.smallest());
                        if let Some(id) = smallest {
                            slots.0[id as usize] = None;
                            queue.forget(&slots);
                        }
                    }
                }
                prop_assert!(queue.records() <= 2 * queue.live + 64);
            }
        }
    }

    #[test]
    fn store_and_remove_in_a_loop_does_not_grow_the_queue() {
        let mut slots = Slots::default();
        let mut queue = LazyQueue::new(stamp);
        for serial in 0..10_000 {
            let id = slots.store(serial);
            queue.push(id, &slots);
            slots.0[id as usize] = None;
            queue.forget(&slots);
            assert!(queue.records() <= 65);
        }
    }
}
