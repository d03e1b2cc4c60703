//! A priority queue whose priorities may have grown since they were queued, and are looked up again
//! only when it matters: the part that `lru`, `lfu`, `ttl` and `tti` have in common.
//!
//! Entries are queued when they are stored. Hits raise an entry's priority without telling the queue.
//! Whoever wants the smallest takes the smallest *recorded* one and compares it with the present: if
//! it has grown, the record is put back by its present value. A hit can cause at most one such
//! repair, and many hits to one entry between two evictions cause one in all.
//!
//! New records mostly come in order, so they stand in a plain queue, which is in order as long as
//! none of its entries has moved: a mark in the entry tells, and the record needs no priority, 8
//! bytes. Those that have moved, or come out of order, stand in a heap, with their priority. (A radix heap is no
//! alternative: what is put back may be smaller than its last minimum.) Records of entries that left
//! stay until they surface, or until there are more than `2 × live + 64` records; then all dead ones
//! are dropped. An entry's `seq` tells it from a later one with its id.
//!
//! Costs, amortised: O(log n) an entry, and O(1) as long as the order holds. A single look after a
//! million hits to a million entries has a million records to repair (some 25 ms); each push repairs
//! two ahead of need, so it takes that many hits between two stores to come to this.

use crate::arena::{EntryId, Meta, Slots};
use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, VecDeque};
use std::marker::PhantomData;

/// By what entries are ordered. Equal ones: the one queued first.
pub(crate) trait Priority {
    type Value: Ord + Copy + Send;
    /// An entry's present priority: never smaller than before.
    fn of(meta: Meta<'_>) -> Self::Value;
    /// May it have grown since the entry was stored?
    fn moved(meta: Meta<'_>) -> bool;
}

#[derive(Clone, Copy)]
struct Record {
    id: EntryId,
    seq: u32,
}

/// Ordered by priority, then by age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Returned<V> {
    priority: V,
    /// The when of its storing.
    stored: u64,
    id: EntryId,
    seq: u32,
}

/// How many records a push looks at ahead of need.
const REPAIRS_AHEAD: usize = 2;

pub(crate) struct LazyQueue<P: Priority> {
    /// In order, but for those that have moved.
    fresh: VecDeque<Record>,
    /// The priority of the last one in `fresh`, as it was.
    last: Option<P::Value>,
    /// Those that have moved, or came out of order.
    returned: BinaryHeap<Reverse<Returned<P::Value>>>,
    /// Entries that are queued and haven't left.
    live: usize,
    priority: PhantomData<fn() -> P>,
}

impl<P: Priority> LazyQueue<P> {
    pub(crate) fn new() -> Self {
        Self {
            fresh: VecDeque::new(),
            last: None,
            returned: BinaryHeap::new(),
            live: 0,
            priority: PhantomData,
        }
    }

    /// Queues an entry that was just stored.
    pub(crate) fn push(&mut self, id: EntryId, slots: &Slots) {
        let Some(meta) = slots.meta(id) else {
            return;
        };
        self.live += 1;
        let (priority, seq) = (P::of(meta), meta.seq());
        let in_order = self.fresh.is_empty() || self.last.is_none_or(|last| last <= priority);
        if in_order && !P::moved(meta) {
            self.last = Some(priority);
            self.fresh.push_back(Record { id, seq });
        } else {
            self.put_back(priority, slots.stored(meta), Record { id, seq });
        }
        for _ in 0..REPAIRS_AHEAD {
            if self.is_first_current(slots) {
                break;
            }
            self.repair_first(slots);
        }
    }

    fn put_back(&mut self, priority: P::Value, stored: u64, Record { id, seq }: Record) {
        self.returned.push(Reverse(Returned {
            priority,
            stored,
            id,
            seq,
        }));
    }

    /// Is the first of `fresh` still there, and where it was?
    #[inline]
    fn is_first_current(&self, slots: &Slots) -> bool {
        self.fresh.front().is_none_or(|first| {
            let meta = live(*first, slots);
            meta.is_some_and(|meta| !P::moved(meta))
        })
    }

    /// Takes the first of `fresh` away.
    #[cold]
    fn repair_first(&mut self, slots: &Slots) {
        if let Some(record) = self.fresh.pop_front() {
            if let Some(meta) = live(record, slots) {
                self.put_back(P::of(meta), slots.stored(meta), record);
            }
        }
    }

    /// Brings the first of `returned` up to date. Each record is stale at most once, but for hits of other
    /// threads meanwhile: those are not waited for.
    fn repair_returned(&mut self, slots: &Slots) {
        for _ in 0..=self.returned.len() {
            let Some(mut first) = self.returned.peek_mut() else {
                return;
            };
            let Reverse(Returned { id, seq, .. }) = *first;
            match live(Record { id, seq }, slots).map(P::of) {
                None => drop(PeekMut::pop(first)),
                Some(present) if present == first.0.priority => return,
                Some(present) => first.0.priority = present,
            }
        }
    }

    /// The entry with the smallest present priority, if `wanted` says so. It stays queued.
    pub(crate) fn peek_if(
        &mut self,
        slots: &Slots,
        wanted: impl Fn(P::Value) -> bool,
    ) -> Option<EntryId> {
        while !self.is_first_current(slots) {
            self.repair_first(slots);
        }
        if self.returned.is_empty() {
            let first = self.fresh.front()?;
            return wanted(P::of(slots.meta(first.id)?)).then_some(first.id);
        }
        self.repair_returned(slots);
        let fresh = self.fresh.front().and_then(|record| {
            let meta = slots.meta(record.id)?;
            Some((P::of(meta), slots.stored(meta), record.id))
        });
        let returned = self.returned.peek();
        let returned = returned.map(|Reverse(first)| (first.priority, first.stored, first.id));
        let first = match (fresh, returned) {
            (Some(fresh), Some(returned)) => fresh.min(returned),
            (fresh, returned) => fresh.or(returned)?,
        };
        wanted(first.0).then_some(first.2)
    }

    /// Says that a queued entry has left: it isn't linked any more.
    pub(crate) fn forget(&mut self, id: EntryId, slots: &Slots) {
        self.live -= 1;
        if self.fresh.front().is_some_and(|first| first.id == id) {
            self.fresh.pop_front();
        }
        if self.records() > 2 * self.live + 64 {
            self.drop_dead(slots);
        }
    }

    #[cold]
    fn drop_dead(&mut self, slots: &Slots) {
        self.fresh.retain(|record| live(*record, slots).is_some());
        self.returned.retain(|Reverse(first)| {
            let Returned { id, seq, .. } = *first;
            live(Record { id, seq }, slots).is_some()
        });
    }

    fn records(&self) -> usize {
        self.fresh.len() + self.returned.len()
    }
}

/// The entry that was recorded, if it is still there.
#[inline]
fn live(record: Record, slots: &Slots) -> Option<Meta<'_>> {
    slots.meta_of(record.id, record.seq)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::arena::{Arena, Column};
    use crate::recency::{is_used, stamp};
    use crate::scope::Local;
    use crate::scope::sealed::Engine;
    use crate::sync::Ordering::Relaxed;
    use proptest::prelude::*;

    struct ByStamp;

    impl Priority for ByStamp {
        type Value = u64;
        fn of(meta: Meta<'_>) -> u64 {
            stamp(meta.header.word.load(Relaxed))
        }
        fn moved(meta: Meta<'_>) -> bool {
            is_used(meta.header.word.load(Relaxed))
        }
    }

    struct ByWeight;

    impl Priority for ByWeight {
        type Value = u64;
        fn of(meta: Meta<'_>) -> u64 {
            meta.get(Column::Weight)
        }
        fn moved(_: Meta<'_>) -> bool {
            false
        }
    }

    type Entries<P> = Arena<(), (), Local, LazyQueue<P>>;

    fn entries<P: Priority>() -> Entries<P> {
        Arena::new(Engine::new(), &[Column::Weight], LazyQueue::new())
    }

    fn store<P: Priority>(entries: &Entries<P>, word: u64, weight: u64) {
        let mut locked = entries.lock();
        let id = locked.store(0, (), (), |meta, _| {
            meta.header.word.store(word, Relaxed);
            meta.column(Column::Weight).unwrap().store(weight, Relaxed);
        });
        let (slots, queue) = locked.parts();
        queue.push(id, slots);
    }

    fn remove<P: Priority>(entries: &Entries<P>, id: EntryId) {
        let mut locked = entries.lock();
        let (slots, queue) = locked.parts();
        slots.unlink(id);
        queue.forget(id, slots);
        let garbage = locked.garbage();
        drop(locked);
        drop(garbage);
    }

    fn ids<P: Priority>(entries: &Entries<P>) -> Vec<EntryId> {
        entries.lock().slots().linked_from(0).collect()
    }

    /// The smallest by looking at all.
    fn smallest<P: Priority>(entries: &Entries<P>) -> Option<EntryId> {
        let locked = entries.lock();
        let slots = locked.slots();
        let all = slots.linked_from(0).map(|id| {
            let meta = slots.meta(id).unwrap();
            (P::of(meta), slots.stored(meta), id)
        });
        all.min().map(|(_, _, id)| id)
    }

    fn peek<P: Priority>(entries: &Entries<P>) -> Option<EntryId> {
        let mut locked = entries.lock();
        let (slots, queue) = locked.parts();
        queue.peek_if(slots, |_| true)
    }

    fn bounded<P: Priority>(entries: &Entries<P>) -> bool {
        let mut locked = entries.lock();
        let (_, queue) = locked.parts();
        queue.records() <= 2 * queue.live + 64
    }

    proptest! {
        #[test]
        fn finds_the_smallest_present_priority(ops in proptest::collection::vec((0_u8..4, any::<u16>()), 0..600)) {
            let entries = entries::<ByStamp>();
            let mut clock = 0;
            for (op, pick) in ops {
                clock += 10;
                let live = ids(&entries);
                match op {
                    0 => store(&entries, clock << 1, 0),
                    1 if !live.is_empty() => {
                        let id = live[pick as usize % live.len()];
                        let grown = (clock + u64::from(pick % 7)) << 1 | 1;
                        entries.lock().slots().meta(id).unwrap().header.word.store(grown, Relaxed);
                    }
                    2 if !live.is_empty() => remove(&entries, live[pick as usize % live.len()]),
                    _ => {
                        let first = peek(&entries);
                        prop_assert_eq!(first, smallest(&entries));
                        if let Some(id) = first {
                            remove(&entries, id);
                        }
                    }
                }
                prop_assert!(bounded(&entries));
            }
        }

        #[test]
        fn of_equal_ones_the_first_to_be_queued(ops in proptest::collection::vec((any::<bool>(), 0_u64..3), 0..600)) {
            let entries = entries::<ByWeight>();
            for (stores, weight) in ops {
                if stores {
                    store(&entries, 0, weight);
                } else {
                    let first = peek(&entries);
                    prop_assert_eq!(first, smallest(&entries));
                    if let Some(id) = first {
                        remove(&entries, id);
                    }
                }
            }
        }
    }

    #[test]
    fn store_and_remove_in_a_loop_does_not_grow_the_queue() {
        let entries = entries::<ByStamp>();
        for clock in 0..10_000 {
            store(&entries, clock << 1, 0);
            remove(&entries, ids(&entries)[0]);
            assert!(bounded(&entries));
        }
    }
}
