//! Miniature simulations (Waldspurger, Saemundsson, Ahmad and Park, "Cache Modeling and Optimization
//! using Miniature Simulations", ATC 2017): five small caches, one for each setting, see the accesses of
//! a sample of the keys, chosen by their hashes, and are as much smaller as the sample is. What they tell
//! decides which setting the real cache has.
//!
//! Of a loop over a few more keys than there is room for, a sample may have a few keys less than there is room
//! for in the miniature: it then promises hits that the real cache can't have. So the miniatures
//! are no larger than the part of the real cache that is in the sample, which has the same luck, and a
//! little smaller. That number walks about with chance: its average counts, and only if it has changed by
//! more than one in 50, since each entry that leaves for it is a loss.

use super::queues::{Contest, Entries, Queues, Scale, Setting};
use crate::arena::EntryId;
use crate::pulse;
use crate::rng::Rng;
use std::cell::Cell;

pub(super) const EXPERTS: usize = 5;

/// What there is to choose from.
pub(super) const SETTINGS: [Setting; EXPERTS] = [
    // LIRS. Whoever begins with another one loses the first round of each loop.
    setting(1, Contest::Reuse, [true, false]),
    // TinyLFU.
    setting(1, Contest::Frequency, [false, false]),
    setting(10, Contest::Reuse, [true, false]),
    // W-TinyLFU with a large window.
    setting(40, Contest::Frequency, [false, false]),
    // LRU.
    setting(100, Contest::Nothing, [true, true]),
];

const fn setting(window: usize, contest: Contest, by_use: [bool; 2]) -> Setting {
    Setting {
        window,
        contest,
        by_use,
    }
}

/// Entries of a miniature, and one more for so many of the real cache, up to a bound: a larger one errs
/// less, and a large cache has the memory and more to lose.
const SIZE: usize = 60;
const PER_ENTRY: usize = 256;
const LARGEST: usize = 192;
/// Chains of a miniature's index.
const CHAINS: usize = 64;
/// Nobody.
const NONE: u8 = u8::MAX;

/// By how many standard deviations a better one has to be ahead, and by how many hits besides.
const SIGMAS: f64 = 2.0;
const MARGIN: f64 = 2.0;
/// Sampled accesses an entry, after which what was seen counts half.
const MEMORY: u64 = 10;
/// The same, from which on what differs has to be paid for in full.
const RAMP: f64 = 12.0;
/// A miniature's size for each sampled entry of the real cache.
const SHARE: f64 = 0.97;
/// Sampled accesses an entry over which those are averaged, and between two looks at the average.
const AVERAGED: f64 = 2.0;
const LOOK: usize = 4;
/// The change of size that counts.
const CHANGE: f64 = 0.02;

/// How many entries a miniature of a cache of so many entries should have.
fn size(real: usize) -> usize {
    (SIZE + real / PER_ENTRY).min(LARGEST)
}

/// Most it has, where the real cache has more of the sample than it should.
fn most(size: usize) -> usize {
    size + size / 4
}

/// Is this key in a sample of one in so many?
pub(in crate::policy) fn is_sampled(hash: u32, one_in: u64) -> bool {
    let mixed = u64::from(hash ^ 0x2545_F491).wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed >> 32) * one_in) >> 32 == 0
}

/// A miniature's entries.
struct Few {
    slots: Vec<(Cell<u64>, u32, u8)>,
    chains: [u8; CHAINS],
    vacant: Vec<u8>,
}

impl Entries for Few {
    fn hash(&self, id: EntryId) -> u32 {
        self.slots[id as usize].1
    }
    fn word(&self, id: EntryId) -> u64 {
        self.slots[id as usize].0.get()
    }
    fn set_word(&self, id: EntryId, word: u64) {
        self.slots[id as usize].0.set(word);
    }
}

impl Few {
    fn chain(hash: u32) -> usize {
        hash as usize % CHAINS
    }

    fn find(&self, hash: u32) -> Option<EntryId> {
        let mut at = self.chains[Self::chain(hash)];
        while at != NONE {
            let (_, other, next) = &self.slots[usize::from(at)];
            if *other == hash {
                return Some(at.into());
            }
            at = *next;
        }
        None
    }

    fn add(&mut self, hash: u32) -> EntryId {
        let chain = &mut self.chains[Self::chain(hash)];
        let at = self.vacant.pop().unwrap_or(self.slots.len() as u8);
        let next = std::mem::replace(chain, at);
        let slot = (Cell::new(0), hash, next);
        match self.slots.get_mut(usize::from(at)) {
            Some(vacant) => *vacant = slot,
            None => self.slots.push(slot),
        }
        at.into()
    }

    fn remove(&mut self, id: EntryId) {
        let (at, next) = (id as u8, self.slots[id as usize].2);
        let chain = Self::chain(self.hash(id));
        if self.chains[chain] == at {
            self.chains[chain] = next;
        } else {
            let mut before = self.chains[chain];
            while self.slots[usize::from(before)].2 != at {
                before = self.slots[usize::from(before)].2;
            }
            self.slots[usize::from(before)].2 = next;
        }
        self.vacant.push(at);
    }
}

struct Shadow {
    queues: Queues,
    few: Few,
}

/// The miniatures, and what was seen of them.
pub(super) struct Shadows {
    shadows: Vec<Shadow>,
    one_in: u64,
    /// Entries that a miniature should have on average, and those it has.
    size: usize,
    fits: usize,
    /// How often one hit where another one missed.
    ahead: [[u32; EXPERTS]; EXPERTS],
    /// Keys that two have both.
    common: [[u32; EXPERTS]; EXPERTS],
    /// Sampled accesses.
    seen: u64,
    until_halved: u64,
    average: f64,
    until_look: usize,
}

impl Shadows {
    /// Those of a cache of so many entries, after so many accesses.
    pub(super) fn new(real: usize, accesses: u64) -> Self {
        let one_in = real.div_ceil(size(real)).max(1);
        let size = (real / one_in).max(1);
        let scale = Scale {
            real,
            own: size,
            exact: true,
        };
        let shadow = |setting: Setting| {
            let mut queues = Queues::new(setting, scale);
            queues.fit(size);
            let few = Few {
                slots: Vec::with_capacity(if one_in > 1 { most(size) } else { size }),
                chains: [NONE; CHAINS],
                vacant: Vec::new(),
            };
            Shadow { queues, few }
        };
        Self {
            shadows: SETTINGS.map(shadow).into(),
            one_in: one_in as u64,
            size,
            fits: size,
            ahead: [[0; EXPERTS]; EXPERTS],
            common: [[0; EXPERTS]; EXPERTS],
            seen: accesses / one_in as u64,
            until_halved: MEMORY * size as u64,
            average: 0.0,
            until_look: size / LOOK,
        }
    }

    pub(super) fn is_sampled(&self, hash: u32) -> bool {
        is_sampled(hash, self.one_in)
    }

    /// A sampled entry that the real cache had before there were miniatures: they have it, too.
    pub(super) fn begin_with(&mut self, hash: u32, word: u64, now: u64) {
        for expert in 0..EXPERTS {
            let Shadow { queues, few } = &mut self.shadows[expert];
            queues.now = now;
            if queues.len() < self.fits && few.find(hash).is_none() {
                let id = few.add(hash);
                queues.admit_first(id, word & !pulse::SAMPLED, few);
                self.has(expert, hash);
            }
        }
    }

    /// This one has this key now.
    fn has(&mut self, expert: usize, hash: u32) {
        self.change_common(expert, hash, |common| common + 1);
    }

    fn change_common(&mut self, expert: usize, hash: u32, change: impl Fn(u32) -> u32) {
        for other in 0..EXPERTS {
            if other != expert && self.shadows[other].few.find(hash).is_some() {
                self.common[expert][other] = change(self.common[expert][other]);
                self.common[other][expert] = self.common[expert][other];
            }
        }
    }

    /// One entry of this one leaves.
    fn evict(&mut self, expert: usize, rng: &mut Rng) {
        let Shadow { queues, few } = &mut self.shadows[expert];
        let Some(chosen) = queues.victim(few, || rng.next()) else {
            return;
        };
        let hash = few.hash(chosen.id);
        queues.forget(chosen.id);
        queues.remember(chosen);
        few.remove(chosen.id);
        self.change_common(expert, hash, |common| common - 1);
    }

    /// Did this one have the key? It has it now.
    fn access_one(&mut self, expert: usize, hash: u32, now: u64, rng: &mut Rng) -> bool {
        self.shadows[expert].queues.now = now;
        while self.shadows[expert].queues.len() > self.fits {
            self.evict(expert, rng);
        }
        let few = &self.shadows[expert].few;
        if let Some(id) = few.find(hash) {
            let word = few.word(id);
            if pulse::last(word, now) != now {
                few.set_word(id, pulse::used(word, now));
            }
            return true;
        }
        while self.shadows[expert].queues.len() >= self.fits {
            self.evict(expert, rng);
        }
        let Shadow { queues, few } = &mut self.shadows[expert];
        let id = few.add(hash);
        queues.admit(id, false, few);
        self.has(expert, hash);
        false
    }

    /// An access of a sampled key, while the real cache has so many sampled entries and this setting.
    /// Gives the setting it should have.
    pub(super) fn access(
        &mut self,
        hash: u32,
        now: u64,
        sampled: usize,
        current: usize,
        rng: &mut Rng,
    ) -> usize {
        self.follow(sampled);
        let hits: [bool; EXPERTS] =
            std::array::from_fn(|expert| self.access_one(expert, hash, now, rng));
        self.seen += 1;
        let mut best = current;
        if hits.contains(&true) && hits.contains(&false) {
            for (ahead, hit) in self.ahead.iter_mut().zip(hits) {
                for (ahead, other) in ahead.iter_mut().zip(hits) {
                    *ahead += u32::from(hit && !other);
                }
            }
            best = self.best(current);
        }
        self.until_halved -= 1;
        if self.until_halved == 0 {
            self.until_halved = MEMORY * self.size as u64;
            for ahead in self.ahead.as_flattened_mut() {
                *ahead /= 2;
            }
        }
        best
    }

    /// Who is ahead of the present one by more than chance, and by as much as it costs to change: what
    /// differs will have to be fetched again. In the beginning there is little to lose.
    fn best(&self, current: usize) -> usize {
        let ramp = (self.seen as f64 / (RAMP * self.size as f64)).min(1.0);
        let (mut best, mut most) = (current, 0.0);
        for other in (0..EXPERTS).filter(|other| *other != current) {
            let (more, less) = (self.ahead[other][current], self.ahead[current][other]);
            let len = self.shadows[other].queues.len();
            let differ = len as f64 - f64::from(self.common[other][current]);
            let (more, less) = (f64::from(more), f64::from(less));
            let lead = more - less - SIGMAS * (more + less).sqrt() - MARGIN - ramp * differ;
            if lead > most {
                (best, most) = (other, lead);
            }
        }
        best
    }

    /// The real cache holds so many entries now. Where all keys are in the sample, so do the miniatures.
    pub(super) fn fit(&mut self, real: usize) {
        if self.one_in == 1 {
            self.resize(real.max(1));
        }
    }

    fn resize(&mut self, fits: usize) {
        self.fits = fits;
        for shadow in &mut self.shadows {
            shadow.queues.fit(fits);
        }
    }

    fn follow(&mut self, sampled: usize) {
        if self.one_in == 1 {
            return;
        }
        if self.average == 0.0 {
            self.average = sampled as f64;
        }
        self.average += (sampled as f64 - self.average) / (AVERAGED * self.size as f64);
        self.until_look = self.until_look.saturating_sub(1);
        if self.until_look > 0 {
            return;
        }
        self.until_look = self.size / LOOK;
        let fits = ((self.average * SHARE) as usize).clamp(1, most(self.size));
        if fits.abs_diff(self.fits) as f64 > CHANGE * self.fits as f64 {
            self.resize(fits);
        }
    }

    #[cfg(all(test, not(loom)))]
    fn bytes(&self) -> usize {
        let bytes = |shadow: &Shadow| {
            let slots = shadow.few.slots.capacity() * size_of::<(Cell<u64>, u32, u8)>();
            size_of::<Shadow>() + slots + shadow.few.vacant.capacity() + shadow.queues.bytes()
        };
        size_of::<Self>() + self.shadows.iter().map(bytes).sum::<usize>()
    }
}

#[cfg(all(test, not(loom)))]
#[path = "shadows_tests.rs"]
mod tests;
