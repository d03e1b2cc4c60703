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
    /// Who was to leave last, and its hash.
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

    /// One step: the one at an end goes on, while `patient`, or is to leave. None if there is no entry.
    fn step(&mut self, patient: bool, slots: &Slots) -> Option<Option<EntryId>> {
        let small = self.queues.oldest(SMALL);
        let from = if small.is_none() || self.queues.len(MAIN) > self.main {
            MAIN
        } else {
            SMALL
        };
        let id = self.queues.oldest(from)?;
        let word = &slots.meta(id)?.header.word;
        let count = uses::count(word);
        let stays = patient && count >= if from == SMALL { PROVEN } else { 1 };
        if !stays {
            return Some(Some(id));
        }
        uses::set(word, if from == SMALL { 0 } else { count - 1 });
        self.queues.renew(id, MAIN);
        Some(None)
    }
}

impl Evict for S3Fifo {
    fn touch(&self) -> Touch {
        Touch::Uses(MOST)
    }

    fn admit(&mut self, id: EntryId, slots: &Slots) {
        let known = slots.meta(id).and_then(|meta| {
            let hash = uses::hash(&meta.header.word);
            self.ghost.take(hash)
        });
        self.queues
            .push(id, if known.is_some() { MAIN } else { SMALL });
        // After that, so that what has left to make room for a key takes no ghost's place that is the key's.
        self.ghost.trim(self.main);
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        let len = slots.len();
        self.main = len - (len / 10).max(1).min(len);
        let mut steps = (usize::from(MOST) + 2) * len;
        loop {
            if let Some(id) = self.step(steps > 0, slots)? {
                let meta = slots.meta(id);
                self.chosen = meta.map(|meta| (id, uses::hash(&meta.header.word)));
                return Some(id);
            }
            steps -= 1;
        }
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        let from = self.queues.remove(id);
        let chosen = self.chosen.take_if(|(chosen, _)| *chosen == id);
        if let (Some((_, hash)), Some(SMALL)) = (chosen, from) {
            self.ghost.push(hash, ());
            self.ghost.trim(self.main + 1);
        }
    }
}
