//! Near the best policy on every workload, found while running. One structure acts as LIRS, TinyLFU,
//! W-TinyLFU or LRU, as it is set (`queues.rs`); a miniature of each on a sample of the keys shows which of
//! them is best at present (`shadows.rs`), and the real cache is set to be like that one. What is in it
//! stays, and is put in order as it is looked at.
//!
//! Hits write the entry's word, and of sampled keys leave a note (`pulse.rs`); everything else happens on
//! misses. Until the cache is full for the first time there is one queue, and nothing to decide. Then
//! it takes its memory: eleven keys that have left are remembered for four entries (11 bytes an entry), and
//! the miniatures have less than 20 kB, and a byte an entry.
//!
//! The capacity is what the cache holds when an entry has to leave, so it works with a bound on weight as
//! well. When it has doubled or halved, everything is measured anew.

mod line;
mod past;
mod queues;
mod shadows;

pub(super) use past::{Known, Past};
pub(super) use shadows::is_sampled;

use super::{Evict, Touch};
use crate::arena::{EntryId, Slots};
use crate::pulse::{self, Pulse, SAMPLED};
use crate::rng::Rng;
use crate::sync::Ordering::Relaxed;
use queues::{Chosen, Entries, Queues, Scale};
use shadows::{SETTINGS, Shadows};
use std::sync::Arc;

pub(super) struct Adaptive {
    queues: Queues,
    /// There once the cache is full for the first time.
    shadows: Option<Box<Shadows>>,
    /// Which of the settings is in force.
    current: usize,
    /// Entries of the sample.
    sampled: usize,
    /// Entries when everything was measured last, and when an entry had to leave last.
    measured: usize,
    size: usize,
    pulse: Arc<Pulse>,
    misses: u64,
    /// Accesses until it was measured last, and when that was.
    accesses: u64,
    since: u64,
    /// Who is to leave.
    chosen: Option<Chosen>,
    rng: Rng,
}

impl Entries for Slots {
    fn hash(&self, id: EntryId) -> u32 {
        self.meta(id).map_or(0, |meta| meta.hash())
    }
    fn word(&self, id: EntryId) -> u64 {
        let meta = self.meta(id);
        meta.map_or(0, |meta| meta.header.word.load(Relaxed))
    }
    fn set_word(&self, id: EntryId, word: u64) {
        if let Some(meta) = self.meta(id) {
            meta.header.word.store(word, Relaxed);
        }
    }
}

impl Adaptive {
    pub(super) fn new(rng: Rng, pulse: Arc<Pulse>) -> Self {
        let scale = Scale {
            real: 0,
            own: 0,
            exact: false,
        };
        let mut queues = Queues::new(SETTINGS[0], scale);
        queues.now = pulse.now().into();
        Self {
            shadows: None,
            current: 0,
            sampled: 0,
            measured: 0,
            size: 0,
            accesses: 0,
            since: queues.now,
            queues,
            pulse,
            misses: 0,
            chosen: None,
            rng,
        }
    }

    /// The present: the clock of hits, which has 32 bits of it.
    fn look_at_clock(&mut self) {
        let now = &mut self.queues.now;
        *now += u64::from(self.pulse.now().wrapping_sub(*now as u32));
    }

    /// The cache holds so many entries.
    fn fit(&mut self, slots: &Slots) {
        let size = slots.len();
        if size == self.size {
            return;
        }
        self.size = size;
        self.queues.fit(size);
        let measured = self.measured;
        if self.shadows.is_none() || size < measured / 2 || size > measured + measured / 2 {
            self.measure(slots);
        } else if let Some(shadows) = &mut self.shadows {
            shadows.fit(size);
        }
    }

    /// Everything that depends on the size begins anew.
    #[cold]
    fn measure(&mut self, slots: &Slots) {
        let size = self.size;
        self.measured = size;
        let scale = Scale {
            real: size,
            own: size,
            exact: false,
        };
        self.queues.rescale(scale, slots);
        self.accesses += (self.queues.now - self.since) * self.pulse.quantum();
        self.since = self.queues.now;
        self.pulse.open(size);
        let mut shadows = Box::new(Shadows::new(size, self.accesses));
        self.sampled = 0;
        for id in self.queues.ids() {
            let hash = slots.hash(id);
            let sampled = shadows.is_sampled(hash);
            self.queues.nodes.sample(id, sampled);
            if let Some(meta) = slots.meta(id) {
                if sampled {
                    let word = meta.header.word.fetch_or(SAMPLED, Relaxed);
                    shadows.begin_with(hash, word, self.queues.now);
                } else {
                    meta.header.word.fetch_and(!SAMPLED, Relaxed);
                }
            }
            self.sampled += usize::from(sampled);
        }
        self.shadows = Some(shadows);
    }

    /// What has been asked for since the last miss, and by it: what the miniatures make of it decides
    /// the setting.
    fn learn(&mut self, hash: u32, sampled: bool, slots: &Slots) {
        let Some(shadows) = &mut self.shadows else {
            return;
        };
        let now = self.queues.now;
        let (rng, entries) = (&mut self.rng, self.sampled);
        let mut best = self.current;
        self.pulse.drain(|id| {
            let hash = slots.hash(id);
            if shadows.is_sampled(hash) {
                best = shadows.access(hash, now, entries, best, rng);
            }
        });
        if sampled {
            best = shadows.access(hash, now, entries, best, rng);
        }
        if best != self.current {
            self.current = best;
            self.queues.set(SETTINGS[best]);
        }
    }
}

impl Evict for Adaptive {
    fn touch(&self) -> Touch {
        Touch::Pulse
    }

    fn admit(&mut self, id: EntryId, slots: &Slots) {
        self.chosen = None;
        self.misses += 1;
        if self.pulse.is_over(self.misses) {
            self.pulse.tick();
        }
        self.look_at_clock();
        if self.shadows.is_none() {
            slots.set_word(id, pulse::word(self.queues.now, 0, 1, false));
            self.queues.append(id);
            return;
        }
        let hash = slots.hash(id);
        let shadows = self.shadows.as_ref();
        let sampled = shadows.is_some_and(|shadows| shadows.is_sampled(hash));
        self.learn(hash, sampled, slots);
        self.queues.admit(id, sampled, slots);
        self.queues.nodes.sample(id, sampled);
        self.sampled += usize::from(sampled);
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        if let Some(chosen) = &self.chosen {
            return Some(chosen.id);
        }
        self.look_at_clock();
        self.fit(slots);
        let rng = &mut self.rng;
        self.chosen = self.queues.victim(slots, || rng.next());
        self.chosen.map(|chosen| chosen.id)
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        if !self.queues.nodes.is_queued(id) {
            return;
        }
        self.sampled -= usize::from(self.queues.nodes.is_sampled(id));
        self.queues.forget(id);
        if let Some(chosen) = self.chosen.take().filter(|chosen| chosen.id == id) {
            self.queues.remember(chosen);
        }
    }
}
