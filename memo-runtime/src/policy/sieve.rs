//! SIEVE (Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is Simpler than LRU: an Efficient Turn-Key
//! Eviction Algorithm for Web Caches", NSDI 2024, algorithm 1): entries stand in the order of
//! storing and never move. A hand goes from the oldest to the newest and around again; the first entry
//! that wasn't used since the hand passed it last leaves.
//!
//! Hits of other threads behind the hand are not waited for: after one round it takes what it meets.

use super::lists::Lists;
use super::{Evict, Touch};
use crate::arena::{EntryId, Slots};
use crate::uses;

pub(super) struct Sieve {
    queue: Lists<1>,
    /// Where the hand stands. None: at the oldest one.
    hand: Option<EntryId>,
}

impl Sieve {
    pub(super) fn new() -> Self {
        Self {
            queue: Lists::new(),
            hand: None,
        }
    }
}

impl Evict for Sieve {
    fn touch(&self) -> Touch {
        Touch::Uses(1)
    }

    fn admit(&mut self, id: EntryId, _: &Slots) {
        self.queue.push(id, 0);
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        let mut hand = self.hand.or(self.queue.oldest(0))?;
        for _ in 0..self.queue.len(0) {
            let word = &slots.meta(hand)?.header.word;
            if uses::count(word) == 0 {
                break;
            }
            uses::set(word, 0);
            hand = self.queue.newer(hand).or(self.queue.oldest(0))?;
        }
        self.hand = Some(hand);
        self.hand
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        if self.hand == Some(id) {
            self.hand = self.queue.newer(id);
        }
        self.queue.remove(id);
    }
}
