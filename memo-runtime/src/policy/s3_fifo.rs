//! S3-FIFO (Yang, Zhang, Qiu, Yue and Rashmi, "FIFO Queues are All You Need for Cache Eviction", SOSP
//! 2023, algorithm 1): a small queue has a tenth of the entries, a main queue the rest, a ghost as many
//! keys as that. What is new comes into the small queue, or into the main one if its key left the small
//! one not long ago. What has been used twice by its end in the small queue moves to the main one; what
//! has been used by its end in the main queue goes round again, for each use up to three.
//!
//! The capacity is what the cache holds when an entry has to leave: so it works with a bound on weight,
//! where the number changes, as well.

use super::ghost::Ghost;
use super::lists::Lists;
use super::{Evict, Touch};
use crate::arena::{EntryId, Slots};
use crate::uses;

const SMALL: usize = 0;
const MAIN: usize = 1;

/// Uses that a word tells apart.
const MOST: u8 = 3;
/// Uses in the small queue that take an entry to the main one.
const PROVEN: u8 = 2;

pub(super) struct S3Fifo {
    queues: Lists<2>,
    ghost: Ghost,
    /// Entries that the main queue, and keys that the ghost may have.
    main: usize,
    /// Who is to leave, and its hash.
    chosen: Option<(EntryId, u64)>,
}

impl S3Fifo {
    pub(super) fn new() -> Self {
        Self {
            queues: Lists::new(),
            ghost: Ghost::new(),
            main: 0,
            chosen: None,
        }
    }

    /// The first one of a queue that hasn't earned to stay. None if all of them moved to the other one.
    /// After so many steps hits of other threads aren't waited for any more.
    fn first_idle(&mut self, from: usize, mut steps: usize, slots: &Slots) -> Option<EntryId> {
        loop {
            let id = self.queues.oldest(from)?;
            let word = &slots.meta(id)?.header.word;
            let count = uses::count(word);
            let enough = if from == SMALL { PROVEN } else { 1 };
            if count < enough || steps == 0 {
                return Some(id);
            }
            steps -= 1;
            uses::set(word, if from == SMALL { 0 } else { count - 1 });
            self.queues.renew(id, MAIN);
        }
    }
}

impl Evict for S3Fifo {
    fn touch(&self) -> Touch {
        Touch::Uses(MOST)
    }

    fn admit(&mut self, id: EntryId, slots: &Slots) {
        self.chosen = None;
        let known = slots.meta(id).and_then(|meta| {
            let hash = uses::hash(&meta.header.word);
            self.ghost.take(hash)
        });
        self.queues
            .push(id, if known.is_some() { MAIN } else { SMALL });
        self.ghost.trim(self.main);
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        // What moved on the way may have made the main queue too long: asked again, it would choose another.
        if let Some((id, _)) = self.chosen {
            return Some(id);
        }
        let len = slots.len();
        self.main = len - (len / 10).max(1).min(len);
        let steps = usize::from(MOST + 1) * len;
        let small_first = self.queues.len(MAIN) <= self.main;
        let small = small_first.then(|| self.first_idle(SMALL, steps, slots));
        let id = small
            .flatten()
            .or_else(|| self.first_idle(MAIN, steps, slots))?;
        self.chosen = Some((id, uses::hash(&slots.meta(id)?.header.word)));
        Some(id)
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        let from = self.queues.remove(id);
        let chosen = self.chosen.take().filter(|(chosen, _)| *chosen == id);
        if let (Some((_, hash)), Some(SMALL)) = (chosen, from) {
            self.ghost.push(hash, ());
            // One more than there may be, as long as the key that comes may be the oldest of them.
            self.ghost.trim(self.main + 1);
        }
    }
}
