//! The one structure that acts as five policies: a window and a main queue, and what is known of keys that
//! have left. A [`Setting`] says how large the window is, what decides between the two, and in
//! which order each is.
//!
//! What is new comes into the window. At its end an entry that was used meanwhile goes on, another one is a
//! candidate. What it takes to move to the main queue is a matter of the [`Contest`]:
//!
//! * recency of reuse, as LIRS (Jiang and Zhang, "LIRS: An Efficient Low Inter-reference Recency Set
//!   Replacement Policy", SIGMETRICS 2002): who was used twice since the oldest main entry was used last
//!   takes its place. So does a key that comes back soon enough, as it comes;
//! * frequency, as TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache
//!   Admission Policy", ToS 2017): who was used more often. Counts stand in the entries' words and go with
//!   the key where it leaves, in place of a sketch; they are halved once in [`EPOCH`] accesses an entry.
//!
//! Nothing moves when it is used. A queue in clock order gives a second chance to what was used since it was
//! queued (Corbató's CLOCK); one in the order of stamps puts it where it belongs by its last use. Both
//! happen when somebody wants the oldest one.

use super::line::{Line, Nodes};
use super::past::{Known, MOST, Past};
use crate::arena::EntryId;
use crate::pulse;

/// What decides whether a candidate moves to the main queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contest {
    Reuse,
    Frequency,
    /// There is no main queue.
    Nothing,
}

/// How the queues act.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// The window's share in a hundred.
    pub(super) window: usize,
    pub(super) contest: Contest,
    /// Is the window in the order of use? Else the main queue and the window are clocks.
    pub(super) by_use: [bool; 2],
}

/// What the queues need of an entry.
pub(super) trait Entries {
    /// 31 bits of its key's hash.
    fn hash(&self, id: EntryId) -> u32;
    fn word(&self, id: EntryId) -> u64;
    fn set_word(&self, id: EntryId, word: u64);
}

/// Accesses an entry, after which counts are halved.
const EPOCH: usize = 20;
/// Buckets of a queue for the accesses of one capacity, and most there may be.
const PER_CAPACITY: usize = 32;
const BUCKETS: usize = 4 * PER_CAPACITY;
/// Ticks of the clock of what has left, for the accesses of one capacity.
const TICKS: usize = 256;
/// How many keys that have left are known, for four entries.
const REMEMBERED: usize = 11;
/// Entries that are looked at for one that is to leave.
const STEPS: usize = 64;
/// Uses from which a candidate that loses may have luck, and how rarely.
const WARM: u8 = 6;
const LUCK: u64 = 128;

pub(super) const WINDOW: usize = 0;
pub(super) const MAIN: usize = 1;

/// How large a cache is taken to be where it matters for more than the queues' lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    /// Entries of the real cache: what is counted in accesses is in proportion to them.
    pub(super) real: usize,
    /// Keys that are remembered, for so many entries of this one.
    pub(super) own: usize,
    /// Exact order, for few entries; else by buckets.
    pub(super) exact: bool,
}

pub(super) struct Queues {
    pub(super) nodes: Nodes,
    lines: [Line; 2],
    past: Past,
    setting: Setting,
    /// Entries that the window and the main queue should have.
    targets: [usize; 2],
    epoch: u64,
    /// The present, in quanta.
    pub(super) now: u64,
}

/// Who is to leave, as it was then.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    pub(super) id: EntryId,
    hash: u32,
    known: Known,
}

impl Scale {
    /// So many accesses in quanta.
    fn quanta(self, accesses: usize) -> u64 {
        (accesses as u64 / pulse::quantum(self.real)).max(1)
    }
}

impl Queues {
    /// Empty ones.
    pub(super) fn new(setting: Setting, scale: Scale) -> Self {
        let mut queues = Self {
            nodes: Nodes::new(),
            lines: Self::lines(scale),
            past: Past::new(0, 1),
            setting,
            targets: [0; 2],
            epoch: 1,
            now: 1,
        };
        queues.scale(scale);
        queues
    }

    fn lines(scale: Scale) -> [Line; 2] {
        let buckets = if scale.exact { 1 } else { BUCKETS };
        let unit = scale.quanta(scale.real / PER_CAPACITY);
        [WINDOW, MAIN].map(|queue| Line::new(queue, unit, buckets))
    }

    /// The cache is of another size: what was known of keys that have left is forgotten.
    fn scale(&mut self, scale: Scale) {
        self.epoch = scale.quanta(EPOCH.saturating_mul(scale.real));
        self.past = Past::new(
            (REMEMBERED * scale.own).div_ceil(4),
            scale.quanta(scale.real / TICKS),
        );
    }

    /// The same for queues that aren't empty. The oldest come into the main queue, as far as they are to.
    pub(super) fn rescale(&mut self, scale: Scale, entries: &impl Entries) {
        self.scale(scale);
        self.nodes.fit(scale.own);
        let [window, main] = &self.lines;
        let ids = [main.ids(&self.nodes), window.ids(&self.nodes)].concat();
        self.lines = Self::lines(scale);
        let main = self.targets[MAIN].min(ids.len());
        for (place, id) in ids.into_iter().enumerate() {
            let queue = if place < main { MAIN } else { WINDOW };
            let at = if self.setting.by_use[queue] {
                pulse::last(entries.word(id), self.now)
            } else {
                self.nodes.at(id, self.now)
            };
            self.queue(queue, id, at);
        }
    }

    /// So many entries fit.
    pub(super) fn fit(&mut self, capacity: usize) {
        let window = match self.setting.contest {
            Contest::Nothing => capacity,
            _ => (capacity as u128 * self.setting.window as u128 / 100) as usize,
        };
        let window = window.max(1).min(capacity);
        self.targets = [window, capacity - window];
    }

    pub(super) fn set(&mut self, setting: Setting) {
        self.setting = setting;
        self.fit(self.targets[WINDOW] + self.targets[MAIN]);
    }

    pub(super) fn len(&self) -> usize {
        self.lines[WINDOW].len() + self.lines[MAIN].len()
    }

    /// All ids: the main queue's, then the window's, the oldest first.
    pub(super) fn ids(&self) -> Vec<EntryId> {
        let [window, main] = &self.lines;
        [main.ids(&self.nodes), window.ids(&self.nodes)].concat()
    }

    fn queue(&mut self, queue: usize, id: EntryId, at: u64) {
        self.nodes.set(id, queue, at);
        self.lines[queue].push(&mut self.nodes, id, at, self.now);
    }

    /// Queues an entry as one that was just looked at.
    fn place(&mut self, queue: usize, id: EntryId, entries: &impl Entries) {
        let word = entries.word(id);
        let count = self.count(id, word);
        if count != pulse::count(word) {
            entries.set_word(id, pulse::with_count(word, count));
        }
        let at = if self.setting.by_use[queue] {
            pulse::last(word, self.now)
        } else {
            self.now
        };
        self.queue(queue, id, at);
    }

    fn take(&mut self, id: EntryId) {
        let queue = self.nodes.queue(id);
        self.lines[queue].remove(&mut self.nodes, id);
    }

    fn move_to(&mut self, queue: usize, id: EntryId, entries: &impl Entries) {
        self.take(id);
        self.place(queue, id, entries);
    }

    /// How often it was used, as it counts now.
    fn count(&self, id: EntryId, word: u64) -> u8 {
        self.aged(pulse::count(word).min(MOST), self.nodes.at(id, self.now))
    }

    fn aged(&self, count: u8, since: u64) -> u8 {
        let halvings = (self.now / self.epoch).saturating_sub(since / self.epoch);
        count >> halvings.min(7)
    }

    fn was_used(&self, queue: usize, id: EntryId, entries: &impl Entries) -> bool {
        let last = pulse::last(entries.word(id), self.now);
        let at = self.nodes.at(id, self.now);
        if self.setting.by_use[queue] {
            self.lines[queue].bucket(last) > self.lines[queue].bucket(at)
        } else {
            last > at
        }
    }

    /// The oldest one of a queue; what was used meanwhile goes on.
    fn oldest(&mut self, queue: usize, entries: &impl Entries) -> Option<EntryId> {
        for _ in 0..STEPS {
            let id = self.lines[queue].oldest()?;
            if !self.was_used(queue, id, entries) {
                return Some(id);
            }
            self.move_to(queue, id, entries);
        }
        self.lines[queue].oldest()
    }

    fn last(&self, id: EntryId, entries: &impl Entries) -> u64 {
        pulse::last(entries.word(id), self.now)
    }

    /// Chooses who is to leave; it stays queued.
    pub(super) fn victim(
        &mut self,
        entries: &impl Entries,
        rng: impl FnMut() -> u64,
    ) -> Option<Chosen> {
        let id = self.choose(entries, rng)?;
        let word = entries.word(id);
        let known = Known {
            last: pulse::last(word, self.now),
            count: self.count(id, word),
        };
        let hash = entries.hash(id);
        Some(Chosen { id, hash, known })
    }

    fn choose(&mut self, entries: &impl Entries, mut rng: impl FnMut() -> u64) -> Option<EntryId> {
        let is_main_short = |queues: &Self| queues.lines[MAIN].len() < queues.targets[MAIN];
        if self.lines[MAIN].len() > self.targets[MAIN] || self.lines[WINDOW].len() == 0 {
            // The window has become larger: the older one of the two.
            let main = self.oldest(MAIN, entries);
            let window = self.oldest(WINDOW, entries);
            let (Some(main), Some(window)) = (main, window) else {
                return main.or(window);
            };
            let main_first = self.last(main, entries) <= self.last(window, entries);
            return Some(if main_first { main } else { window });
        }
        if self.targets[MAIN] == 0 {
            return self.oldest(WINDOW, entries);
        }
        if is_main_short(self) && self.lines[WINDOW].len() > 1 {
            // It has become smaller: one at a time moves without a contest.
            let id = self.lines[WINDOW].oldest()?;
            self.move_to(MAIN, id, entries);
        }
        for _ in 0..STEPS {
            let candidate = self.lines[WINDOW].oldest()?;
            let used = self.was_used(WINDOW, candidate, entries);
            match self.setting.contest {
                Contest::Reuse if used => {
                    let before = pulse::before(entries.word(candidate), self.now);
                    match self.oldest(MAIN, entries) {
                        Some(main) if before > self.last(main, entries) => {
                            self.move_to(MAIN, candidate, entries);
                            self.move_to(WINDOW, main, entries);
                        }
                        _ => self.move_to(WINDOW, candidate, entries),
                    }
                }
                Contest::Frequency if used => self.move_to(WINDOW, candidate, entries),
                Contest::Frequency => {
                    let Some(main) = self.oldest(MAIN, entries) else {
                        return Some(candidate);
                    };
                    let uses = |id| self.count(id, entries.word(id));
                    let (ours, theirs) = (uses(candidate), uses(main));
                    if ours > theirs || ours >= WARM && rng() % LUCK == 0 {
                        self.move_to(MAIN, candidate, entries);
                        return Some(main);
                    }
                    return Some(candidate);
                }
                _ => return Some(candidate),
            }
        }
        self.lines[WINDOW].oldest()
    }

    /// One that was chosen is known after it has left.
    pub(super) fn remember(&mut self, chosen: Chosen) {
        self.past.push(chosen.hash, chosen.known, self.now);
    }

    /// An entry has left.
    pub(super) fn forget(&mut self, id: EntryId) {
        self.take(id);
        self.nodes.drop(id);
    }

    /// An entry comes whose place isn't decided yet: everything is in the window until the cache is full.
    pub(super) fn append(&mut self, id: EntryId) {
        self.nodes.reach(id);
        self.queue(WINDOW, id, self.now);
    }

    /// An entry comes; with its word.
    pub(super) fn admit(&mut self, id: EntryId, sampled: bool, entries: &impl Entries) {
        let known = self.past.take(entries.hash(id), self.now);
        let before = known.map_or(0, |known| known.last);
        let count = known.map_or(0, |known| self.aged(known.count, known.last)) + 1;
        entries.set_word(id, pulse::word(self.now, before, count, sampled));
        self.nodes.reach(id);
        if self.setting.contest == Contest::Reuse && before > 0 && self.targets[MAIN] > 0 {
            let main = self.oldest(MAIN, entries);
            if let Some(main) = main.filter(|main| before > self.last(*main, entries)) {
                self.move_to(WINDOW, main, entries);
                self.enter(MAIN, id);
                return;
            }
        }
        self.enter(WINDOW, id);
    }

    fn enter(&mut self, queue: usize, id: EntryId) {
        let now = self.now;
        self.queue(queue, id, now);
    }

    /// A miniature cache that isn't full takes the first ones as the real one did.
    pub(super) fn admit_first(&mut self, id: EntryId, word: u64, entries: &impl Entries) {
        entries.set_word(id, word);
        self.nodes.reach(id);
        let is_main_short = self.lines[MAIN].len() < self.targets[MAIN];
        let queue = if is_main_short { MAIN } else { WINDOW };
        let last = pulse::last(word, self.now);
        self.queue(queue, id, last);
    }

    #[cfg(all(test, not(loom)))]
    fn lens(&self) -> [usize; 2] {
        [self.lines[WINDOW].len(), self.lines[MAIN].len()]
    }

    #[cfg(all(test, not(loom)))]
    pub(super) fn bytes(&self) -> usize {
        self.nodes.bytes() + self.past.bytes()
    }
}

#[cfg(all(test, not(loom)))]
#[path = "queues_tests.rs"]
mod tests;
