//! A queue in the order of stamps that costs O(1): a calendar (Brown, "Calendar Queues", CACM 1988). It is
//! divided into buckets of some quanta each; within a bucket the first to come is the first to go. A
//! stamp that is older than all buckets goes into the oldest one; when there are too many buckets, the
//! oldest two become one.
//!
//! With one bucket it is a list that is kept in order by walking from the young end: exact, for
//! a few entries.
//!
//! Links and stamps stand in [`Nodes`], by id, 12 bytes each. The ends of a bucket's list link to the
//! bucket itself, so that an entry leaves from anywhere without knowing its bucket.

use crate::arena::EntryId;
use crate::pulse::since;

/// Ids from here on are buckets'.
const BUCKETS: u32 = u32::MAX - 0xFFFF;
/// Bits of a stamp in a node.
const BITS: u32 = 30;
const STAMP: u32 = (1 << BITS) - 1;
/// In the second queue.
const MAIN: u32 = 1 << BITS;
/// In the sample.
const SAMPLED: u32 = 1 << 31;
/// In no queue: a stamp of which no more than this is known.
const NOWHERE: u32 = u32::MAX;

/// Entries that may wait to be freed.
const SPARE: usize = 68;

#[derive(Clone, Copy)]
struct Node {
    older: u32,
    newer: u32,
    /// When it was queued, and the two flags.
    at: u32,
}

/// What is known of queued ids, by id.
pub(super) struct Nodes(Vec<Node>);

impl Nodes {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// There is room for this id.
    pub(super) fn reach(&mut self, id: EntryId) {
        let len = id as usize + 1;
        if len > self.0.len() {
            // Not twice as much: it is the largest part of what the policy needs.
            if len > self.0.capacity() {
                self.0.reserve_exact(len + len / 64 + 1 - self.0.len());
            }
            let none = Node {
                older: 0,
                newer: 0,
                at: NOWHERE,
            };
            self.0.resize(len, none);
        }
    }

    /// Room for so many ids and a few that wait to be freed, and no more.
    pub(super) fn fit(&mut self, ids: usize) {
        self.0.shrink_to(ids + SPARE);
        if self.0.capacity() < ids + SPARE {
            self.0
                .reserve_exact((ids + SPARE).saturating_sub(self.0.len()));
        }
    }

    /// When it was queued.
    pub(super) fn at(&self, id: EntryId, now: u64) -> u64 {
        since((self.0[id as usize].at & STAMP).into(), BITS, now)
    }

    /// In which of two queues it stands.
    pub(super) fn queue(&self, id: EntryId) -> usize {
        usize::from(self.0[id as usize].at & MAIN != 0)
    }

    pub(super) fn is_queued(&self, id: EntryId) -> bool {
        let node = self.0.get(id as usize);
        node.is_some_and(|node| node.at != NOWHERE)
    }

    pub(super) fn is_sampled(&self, id: EntryId) -> bool {
        self.0[id as usize].at & SAMPLED != 0
    }

    /// It is to be queued there and then. Stays in the sample if it was.
    pub(super) fn set(&mut self, id: EntryId, queue: usize, at: u64) {
        let node = &mut self.0[id as usize];
        let sampled = if node.at == NOWHERE {
            0
        } else {
            node.at & SAMPLED
        };
        // All ones are nowhere: one quantum earlier.
        let at = (at as u32 & STAMP).min(STAMP - 1);
        node.at = at | if queue == 0 { 0 } else { MAIN } | sampled;
    }

    pub(super) fn sample(&mut self, id: EntryId, sampled: bool) {
        let node = &mut self.0[id as usize];
        node.at = node.at & !SAMPLED | if sampled { SAMPLED } else { 0 };
    }

    /// It is in no queue any more.
    pub(super) fn drop(&mut self, id: EntryId) {
        self.0[id as usize].at = NOWHERE;
    }

    #[cfg(all(test, not(loom)))]
    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Node>()
    }
}

#[derive(Clone, Copy)]
struct Ends {
    oldest: u32,
    newest: u32,
}

/// One queue.
pub(super) struct Line {
    /// Quanta of a bucket.
    unit: u64,
    /// The numbers of the oldest bucket, and of the first that isn't there yet.
    low: u64,
    high: u64,
    /// Ends of the lists, by the buckets' numbers, counted round.
    ends: Vec<Ends>,
    /// What the buckets are called in links.
    name: u32,
    len: usize,
}

impl Line {
    /// An empty one of so many buckets, which is a queue's second line or its first.
    pub(super) fn new(queue: usize, unit: u64, buckets: usize) -> Self {
        let name = BUCKETS + (queue as u32) * 0x8000;
        let mut line = Self {
            unit,
            low: 0,
            high: 1,
            ends: Vec::with_capacity(buckets),
            name,
            len: 0,
        };
        for at in 0..buckets {
            line.ends.push(line.empty(at));
        }
        line
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bucket of a time.
    pub(super) fn bucket(&self, at: u64) -> u64 {
        at / self.unit
    }

    fn empty(&self, at: usize) -> Ends {
        let itself = self.name + at as u32;
        Ends {
            oldest: itself,
            newest: itself,
        }
    }

    fn place(&self, bucket: u64) -> usize {
        (bucket % self.ends.len() as u64) as usize
    }

    /// Queues an id by a time.
    pub(super) fn push(&mut self, nodes: &mut Nodes, id: EntryId, at: u64, now: u64) {
        let mut bucket = self.bucket(at);
        if self.ends.len() == 1 {
            bucket = 0;
        } else if self.len == 0 {
            (self.low, self.high) = (bucket, bucket + 1);
        }
        self.reach(nodes, bucket);
        let place = self.place(bucket.max(self.low));
        let mut older = self.ends[place].newest;
        if self.ends.len() == 1 {
            while older < BUCKETS && nodes.at(older, now) > at {
                older = nodes.0[older as usize].older;
            }
        }
        self.link(nodes, id, older, place);
        self.len += 1;
    }

    /// Puts an id behind this one, or in front of a bucket.
    fn link(&mut self, nodes: &mut Nodes, id: EntryId, older: u32, place: usize) {
        let newer = if older < BUCKETS {
            std::mem::replace(&mut nodes.0[older as usize].newer, id)
        } else {
            std::mem::replace(&mut self.ends[place].oldest, id)
        };
        if newer < BUCKETS {
            nodes.0[newer as usize].older = id;
        } else {
            self.ends[place].newest = id;
        }
        let node = &mut nodes.0[id as usize];
        (node.older, node.newer) = (older, newer);
    }

    /// Takes an id out.
    pub(super) fn remove(&mut self, nodes: &mut Nodes, id: EntryId) {
        let Node { older, newer, .. } = nodes.0[id as usize];
        if older < BUCKETS {
            nodes.0[older as usize].newer = newer;
        } else {
            self.ends[(older - self.name) as usize].oldest = newer;
        }
        if newer < BUCKETS {
            nodes.0[newer as usize].older = older;
        } else {
            self.ends[(newer - self.name) as usize].newest = older;
        }
        self.len -= 1;
    }

    /// The one at the old end.
    pub(super) fn oldest(&mut self) -> Option<EntryId> {
        if self.len == 0 {
            return None;
        }
        loop {
            let oldest = self.ends[self.place(self.low)].oldest;
            if oldest < BUCKETS {
                return Some(oldest);
            }
            self.low += 1;
        }
    }

    /// The buckets reach as far as this one.
    fn reach(&mut self, nodes: &mut Nodes, bucket: u64) {
        let most = self.ends.len() as u64;
        while bucket >= self.low + most && self.low + 1 < self.high {
            self.rename(nodes, self.low, self.low + 1);
            self.low += 1;
        }
        if bucket >= self.low + most {
            // After a long pause there is one bucket left.
            let low = bucket + 1 - most;
            self.rename(nodes, self.low, low);
            self.low = low;
        }
        self.high = self.high.max(bucket + 1);
    }

    /// What is in one bucket comes before what is in the other.
    fn rename(&mut self, nodes: &mut Nodes, from: u64, to: u64) {
        let (from, to) = (self.place(from), self.place(to));
        if from == to {
            return;
        }
        let Ends { oldest, newest } = self.ends[from];
        if oldest >= BUCKETS {
            return;
        }
        self.ends[from] = self.empty(from);
        let next = std::mem::replace(&mut self.ends[to].oldest, oldest);
        nodes.0[oldest as usize].older = self.name + to as u32;
        nodes.0[newest as usize].newer = next;
        if next < BUCKETS {
            nodes.0[next as usize].older = newest;
        } else {
            self.ends[to].newest = newest;
        }
    }

    /// All ids, the oldest first.
    pub(super) fn ids(&self, nodes: &Nodes) -> Vec<EntryId> {
        let mut ids = Vec::with_capacity(self.len);
        for bucket in self.low..self.high {
            let mut id = self.ends[self.place(bucket)].oldest;
            while id < BUCKETS {
                ids.push(id);
                id = nodes.0[id as usize].newer;
            }
        }
        ids
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Against a list: by buckets, then in the order of coming; long pauses too.
        #[test]
        fn as_lists_of_buckets(
            ops in proptest::collection::vec((0_u32..20, 0_u64..40, any::<u8>()), 0..400),
            buckets in 2_usize..6,
            unit in 1_u64..4,
        ) {
            let (mut nodes, mut line) = (Nodes::new(), Line::new(1, unit, buckets));
            let mut model: Vec<(u64, u32)> = Vec::new();
            let (mut now, mut low) = (100_u64, 0);
            for (id, age, pause) in ops {
                now += if pause == 0 { 1000 } else { u64::from(pause % 3) };
                nodes.reach(id);
                if let Some(at) = model.iter().position(|(_, other)| *other == id) {
                    model.remove(at);
                    line.remove(&mut nodes, id);
                    nodes.drop(id);
                } else {
                    let at = now - age;
                    nodes.set(id, 1, at);
                    line.push(&mut nodes, id, at, now);
                    if model.is_empty() {
                        low = at / unit;
                    }
                    low = low.max((at / unit + 1).saturating_sub(buckets as u64));
                    for (bucket, _) in &mut model {
                        *bucket = low.max(*bucket);
                    }
                    let bucket = low.max(at / unit);
                    let place = model.iter().position(|(other, _)| *other > bucket);
                    model.insert(place.unwrap_or(model.len()), (bucket, id));
                }
                let ids: Vec<u32> = model.iter().map(|(_, id)| *id).collect();
                prop_assert_eq!(line.ids(&nodes), ids);
                prop_assert_eq!(line.len(), model.len());
                prop_assert_eq!(line.oldest(), model.first().map(|(_, id)| *id));
                if let Some((first, _)) = model.first() {
                    low = low.max(*first);
                }
            }
        }

        #[test]
        fn one_bucket_is_in_order(ops in proptest::collection::vec((0_u32..20, 0_u64..100), 0..300)) {
            let (mut nodes, mut line) = (Nodes::new(), Line::new(0, 1, 1));
            let mut model: Vec<(u64, u32)> = Vec::new();
            for (id, at) in ops {
                nodes.reach(id);
                if let Some(place) = model.iter().position(|(_, other)| *other == id) {
                    model.remove(place);
                    line.remove(&mut nodes, id);
                    nodes.drop(id);
                } else {
                    nodes.set(id, 0, at);
                    line.push(&mut nodes, id, at, 100);
                    let place = model.iter().position(|(other, _)| *other > at);
                    model.insert(place.unwrap_or(model.len()), (at, id));
                }
                let ids: Vec<u32> = model.iter().map(|(_, id)| *id).collect();
                prop_assert_eq!(line.ids(&nodes), ids);
            }
        }
    }
}
