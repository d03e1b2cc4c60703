//! What is known of the computations under way but for their keys: it depends on no type of the user, so
//! it is compiled once, and not with each memoized function.

use std::collections::BTreeSet;

/// Slots up to which all are looked at.
const FEW: usize = 16;

pub(crate) struct Head {
    hash: u64,
    pub(crate) serial: u64,
    /// Its result may not be stored.
    pub(crate) fenced: bool,
}

#[derive(Default)]
pub(crate) struct Heads {
    slots: Vec<Option<Head>>,
    vacant: Vec<u32>,
    underway: usize,
    serial: u64,
    /// Those under way by their hash, once there were many.
    by_hash: Option<BTreeSet<(u64, u32)>>,
}

impl Heads {
    /// One more. O(1), or O(log n) beside many others.
    #[inline]
    pub(crate) fn begin(&mut self, hash: u64) -> (u32, u64) {
        self.underway += 1;
        self.serial += 1;
        let head = Some(Head {
            hash,
            serial: self.serial,
            fenced: false,
        });
        let id = match self.vacant.pop() {
            Some(id) => {
                self.slots[id as usize] = head;
                id
            }
            None => {
                self.slots.push(head);
                (self.slots.len() - 1) as u32
            }
        };
        if self.slots.len() > FEW {
            self.index(hash, id);
        }
        (id, self.serial)
    }

    #[cold]
    fn index(&mut self, hash: u64, id: u32) {
        if let Some(by_hash) = &mut self.by_hash {
            by_hash.insert((hash, id));
            return;
        }
        let slots = (0..).zip(&self.slots);
        let all = slots.filter_map(|(id, head)| Some((head.as_ref()?.hash, id)));
        self.by_hash = Some(all.collect());
    }

    /// One has ended. O(1), or O(log n) beside many others.
    #[inline]
    pub(crate) fn end(&mut self, id: u32) {
        let Some(head) = self.slots[id as usize].take() else {
            return;
        };
        self.underway -= 1;
        if self.underway == 0 {
            // What looks at all slots looks at as many as were needed since last time.
            self.slots.clear();
            self.vacant.clear();
            self.by_hash = None;
        } else {
            self.vacant.push(id);
            if let Some(by_hash) = &mut self.by_hash {
                by_hash.remove(&(head.hash, id));
            }
        }
    }

    /// Is none under way?
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.underway == 0
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Head> {
        self.slots[id as usize].as_ref()
    }

    /// The first with this hash from this slot on. O(log n).
    #[inline(never)]
    pub(crate) fn with_hash(&self, hash: u64, from: u32) -> Option<u32> {
        if let Some(by_hash) = &self.by_hash {
            let next = by_hash.range((hash, from)..=(hash, u32::MAX)).next();
            return next.map(|(_, id)| *id);
        }
        let mut slots = (from..).zip(self.slots.get(from as usize..)?);
        let found = slots.find(|(_, head)| head.as_ref().is_some_and(|head| head.hash == hash));
        found.map(|(id, _)| id)
    }

    /// None of this hash that is under way may store, or be joined. O(log n × those).
    pub(crate) fn fence(&mut self, hash: u64) {
        if self.is_idle() {
            return;
        }
        let mut from = 0;
        while let Some(id) = self.with_hash(hash, from) {
            if let Some(head) = &mut self.slots[id as usize] {
                head.fenced = true;
            }
            from = id + 1;
        }
    }

    /// None that is under way may store, or be joined. O(most under way at once since none was).
    pub(crate) fn fence_all(&mut self) {
        for head in self.slots.iter_mut().flatten() {
            head.fenced = true;
        }
    }

    #[cfg(test)]
    pub(crate) fn slots(&self) -> usize {
        self.slots.len()
    }
}
