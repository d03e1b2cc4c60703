//! The most hits that any cache of so many entries could have (L. A. Belady, "A study of replacement
//! algorithms for a virtual-storage computer", IBM Systems Journal 5(2), 1966): what is used again last
//! makes room. A cache may leave out what it was just asked for, too, if that is used later than all
//! that it holds: so this is above what a policy can have that stores each miss.
//!
//! O(n log capacity) for n accesses.

use crate::trace::Map;
use std::collections::BinaryHeap;

/// No later access.
const NEVER: u32 = u32::MAX;

/// For each access, where its key comes next.
pub(crate) struct Future(Vec<u32>);

impl Future {
    /// Of less than `u32::MAX` accesses.
    pub(crate) fn of(keys: &[u64]) -> Self {
        let mut comes: Map<u64, u32> = Map::default();
        let mut next = vec![NEVER; keys.len()];
        for (at, key) in keys.iter().enumerate().rev() {
            if let Some(later) = comes.insert(*key, at as u32) {
                next[at] = later;
            }
        }
        Self(next)
    }

    /// Replays the best policy for so many entries: `hit` is told of the accesses that hit, `done` now
    /// and then of how many came since.
    pub(crate) fn replay(
        &self,
        capacity: usize,
        mut hit: impl FnMut(usize),
        mut done: impl FnMut(usize),
    ) {
        let mut cache = Best {
            capacity,
            len: 0,
            stays: vec![false; self.0.len()],
            by_next: BinaryHeap::new(),
        };
        for (at, next) in self.0.iter().enumerate() {
            if std::mem::take(&mut cache.stays[at]) {
                hit(at);
                cache.len -= 1;
            }
            if *next != NEVER {
                cache.offer(at as u32, *next);
            }
            if at % CHUNK == CHUNK - 1 {
                done(CHUNK);
            }
        }
        done(self.0.len() % CHUNK);
    }
}

/// After how many accesses the progress is told.
pub(crate) const CHUNK: usize = 1 << 16;

/// A cache of entries that are used again.
struct Best {
    capacity: usize,
    len: usize,
    /// By access: is its key held until then?
    stays: Vec<bool>,
    /// When entries are used next. Those that were have been left in: they are below all others.
    by_next: BinaryHeap<u32>,
}

impl Best {
    /// An entry that is used next at `next`; now it is `at`.
    fn offer(&mut self, at: u32, next: u32) {
        if self.len < self.capacity {
            self.len += 1;
        } else {
            match self.by_next.peek() {
                Some(last) if *last > next => {
                    self.stays[*last as usize] = false;
                    self.by_next.pop();
                }
                _ => return,
            }
        }
        self.stays[next as usize] = true;
        self.by_next.push(next);
        if self.by_next.len() > 2 * self.len + 64 {
            self.by_next.retain(|next| *next > at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(keys: &[u64], capacity: usize) -> usize {
        let mut hits = 0;
        Future::of(keys).replay(capacity, |_| hits += 1, |_| ());
        hits
    }

    /// Tries all that a cache could hold after each access.
    fn most(keys: &[u64], capacity: usize, held: &[u64]) -> usize {
        let Some((key, rest)) = keys.split_first() else {
            return 0;
        };
        if held.contains(key) {
            return 1 + most(rest, capacity, held);
        }
        let mut best = most(rest, capacity, held);
        for leaves in 0..=held.len() {
            let mut then = held.to_vec();
            if leaves < held.len() {
                then[leaves] = *key;
            } else if held.len() < capacity {
                then.push(*key);
            }
            best = best.max(most(rest, capacity, &then));
        }
        best
    }

    #[test]
    fn no_cache_has_more_hits() {
        let mut state = 7_u64;
        for round in 0..300 {
            let keys: Vec<u64> = (0..8)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    (state >> 33) % 5
                })
                .collect();
            let capacity = 1 + round % 3;
            assert_eq!(
                hits(&keys, capacity),
                most(&keys, capacity, &[]),
                "{keys:?} {capacity}"
            );
        }
    }
}
