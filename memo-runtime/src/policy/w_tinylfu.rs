//! W-TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ToS
//! 2017; Einziger, Eytan, Friedman and Manes, "Adaptive Software Cache Management", Middleware 2018): what
//! is new comes into a window. What reaches its end is a candidate for the main part: it is let in
//! if it was used more often lately than what would leave for it, as a sketch remembers. The main part is
//! a segmented LRU, four fifths of it protected. The window has one entry in a hundred to begin with,
//! and more where that shows to be better (`climb.rs`).
//!
//! A hit only counts in the entry's word. So all three queues give second chances in place of moving
//! what is used (an entry that was used by the time it is looked at goes on to where the hit would have taken
//! it), and the sketch is told of uses then. The sketch begins with the first entry that has to leave:
//! until then the words know everything.
//!
//! Keys chosen to collide with one that is stored could keep everybody else out. So the hash
//! is seeded twice, and a candidate that loses with six uses or more is let in all the same once in 128
//! times, as in Caffeine.

use super::climb::Climber;
use super::ghost::Ghost;
use super::lists::Lists;
use super::sketch::{MOST, Sketch};
use super::{Evict, Touch};
use crate::arena::{EntryId, Slots};
use crate::rng::Rng;
use crate::sync::AtomicU64;
use crate::uses;

const WINDOW: usize = 0;
const PROBATION: usize = 1;
const PROTECTED: usize = 2;

/// Uses from which a candidate that loses may have luck, and how rarely.
const WARM: u8 = 6;
const LUCK: u64 = 128;

pub(super) struct WTinyLfu {
    queues: Lists<3>,
    sketch: Sketch,
    climber: Climber,
    /// Candidates that were turned away, and when.
    ghost: Ghost<u32>,
    /// How many entries there were when one had to leave. 0: none had to, yet.
    size: usize,
    /// Uses seen so far, counted round.
    clock: u32,
    /// Who is to leave.
    chosen: Option<Chosen>,
    rng: Rng,
}

struct Chosen {
    id: EntryId,
    hash: u64,
    turned_away: bool,
}

impl WTinyLfu {
    pub(super) fn new(mut rng: Rng) -> Self {
        Self {
            queues: Lists::new(),
            sketch: Sketch::new(rng.next()),
            climber: Climber::new(),
            ghost: Ghost::new(),
            size: 0,
            clock: 0,
            chosen: None,
            rng,
        }
    }

    /// The cache holds so many entries. (With a bound on weight that changes.)
    fn fit(&mut self, slots: &Slots) {
        let size = slots.len();
        if size == self.size {
            return;
        }
        self.sketch.fit(size);
        if self.size == 0 {
            let first = self.queues.oldest(WINDOW);
            let all = std::iter::successors(first, |id| self.queues.newer(*id));
            for meta in all.filter_map(|id| slots.meta(id)) {
                self.sketch.add(uses::hash(&meta.header.word), 1);
            }
        }
        self.climber.resize(self.size, size);
        self.size = size;
        self.ghost.trim(Climber::horizon(size));
    }

    /// The window's entries above its size go on without a contest.
    fn shrink_window(&mut self) {
        while self.queues.len(WINDOW) > self.climber.window() {
            let Some(id) = self.queues.oldest(WINDOW) else {
                return;
            };
            self.queues.renew(id, PROBATION);
        }
    }

    /// Takes the uses out of an entry's word. Was there any?
    fn take_uses(&mut self, word: &AtomicU64) -> bool {
        let count = uses::count(word);
        if count > 0 {
            uses::set(word, 0);
            self.sketch.add(uses::hash(word), count);
            self.climber.used(count);
            self.clock = self.clock.wrapping_add(count.into());
        }
        count > 0
    }

    /// The first one of a queue. Those that were used go to the end of `to` as long as there are steps.
    fn first_unused(
        &mut self,
        from: usize,
        to: usize,
        steps: &mut usize,
        slots: &Slots,
    ) -> Option<EntryId> {
        loop {
            let id = self.queues.oldest(from)?;
            let was_used = self.take_uses(&slots.meta(id)?.header.word);
            if !was_used || *steps == 0 {
                return Some(id);
            }
            *steps -= 1;
            self.queues.renew(id, to);
            if from != to {
                self.bound_protected(steps, slots)?;
            }
        }
    }

    /// What is too much in the protected queue is on probation again.
    fn bound_protected(&mut self, steps: &mut usize, slots: &Slots) -> Option<()> {
        let most = (self.size - self.climber.window().min(self.size)) * 4 / 5;
        while self.queues.len(PROTECTED) > most {
            let id = self.first_unused(PROTECTED, PROTECTED, steps, slots)?;
            self.queues.renew(id, PROBATION);
        }
        Some(())
    }

    fn wins(&mut self, candidate: u64, victim: u64) -> bool {
        let candidate = self.sketch.frequency(candidate);
        let victim = self.sketch.frequency(victim);
        candidate > victim || candidate >= WARM && candidate < victim && self.rng.next() % LUCK == 0
    }
}

impl Evict for WTinyLfu {
    fn touch(&self) -> Touch {
        Touch::Uses(MOST)
    }

    fn admit(&mut self, id: EntryId, slots: &Slots) {
        self.chosen = None;
        self.queues.push(id, WINDOW);
        if self.size == 0 {
            return;
        }
        if let Some(meta) = slots.meta(id) {
            let hash = uses::hash(&meta.header.word);
            self.sketch.add(hash, 1);
            let away = self.ghost.take(hash);
            let away = away.map(|since| self.clock.wrapping_sub(since));
            self.climber.missed(away, self.size);
        }
        self.clock = self.clock.wrapping_add(1);
        self.shrink_window();
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        if let Some(chosen) = &self.chosen {
            return Some(chosen.id);
        }
        self.fit(slots);
        self.climber.climb(self.size);
        self.shrink_window();
        // Each one is used once at most since it was last looked at, but for hits of other threads meanwhile.
        let mut steps = 2 * self.size;
        let candidate = self.first_unused(WINDOW, WINDOW, &mut steps, slots);
        let on_probation = self.first_unused(PROBATION, PROTECTED, &mut steps, slots);
        let victim =
            on_probation.or_else(|| self.first_unused(PROTECTED, PROTECTED, &mut steps, slots));
        let hash = |id: Option<EntryId>| {
            let meta = slots.meta(id?)?;
            Some((id?, uses::hash(&meta.header.word)))
        };
        let (candidate, victim) = (hash(candidate), hash(victim));
        let grows = self.queues.len(WINDOW) < self.climber.window();
        let (id, hash) = match (candidate, victim) {
            (Some(candidate), Some(victim)) if !grows => {
                if self.wins(candidate.1, victim.1) {
                    self.queues.renew(candidate.0, PROBATION);
                    victim
                } else {
                    candidate
                }
            }
            (candidate, victim) => victim.or(candidate)?,
        };
        let turned_away = candidate.is_some_and(|candidate| candidate.0 == id);
        self.chosen = Some(Chosen {
            id,
            hash,
            turned_away,
        });
        Some(id)
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        self.queues.remove(id);
        let chosen = self.chosen.take();
        if let Some(chosen) = chosen.filter(|chosen| chosen.id == id && chosen.turned_away) {
            self.ghost.push(chosen.hash, self.clock);
            self.ghost.trim(Climber::horizon(self.size));
        }
    }
}
