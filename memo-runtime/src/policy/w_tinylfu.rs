//! W-TinyLFU (Einziger, Friedman and Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ToS
//! 2017; Einziger, Eytan, Friedman and Manes, "Adaptive Software Cache Management", Middleware 2018): what
//! is new comes into a window. What reaches its end is a candidate for the main part: it is let in
//! if it was used more often lately than what would leave for it, as a sketch remembers. The main part is
//! a segmented LRU, four fifths of it protected. The window has one entry in a hundred to begin with,
//! and more where that shows to be better (`climb.rs`).
//!
//! A hit only counts in the entry's word. So all three queues give second chances in place of moving
//! what is used (an entry that was used by the time it is looked at goes on to where the hit would have taken
//! it), and the sketch is told of uses then. A miss looks at a few entries in turn, so that this isn't
//! long after the use: the queues are nearly in the order of use. The sketch begins with the first
//! entry that has to leave: until then the words know everything.
//!
//! In a loop over more keys than there is room for, all are used equally often; but the candidate's last use
//! is counted, and the one it is compared with is just about to be used. Once one gets in for no better
//! reason (halving, or a collision in the sketch), the other misses next, and gets in for a third one, and so
//! on through the whole loop. Such wins are known by what was beaten coming back soon. Where they are
//! many, a candidate needs one use more.
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

/// Entries that a miss looks at in turn.
const SWEPT: usize = 4;

pub(super) struct WTinyLfu {
    queues: Lists<3>,
    sketch: Sketch,
    climber: Climber,
    /// Who lost of a candidate and the one that would leave for it, and when; an odd time: the latter.
    ghost: Ghost<u32>,
    wins: Wins,
    /// How many entries there were when one had to leave. 0: none had to, yet.
    size: usize,
    /// Uses seen so far, counted round.
    clock: u32,
    /// The entry that was looked at last in turn.
    hand: EntryId,
    /// Who is to leave.
    chosen: Option<Chosen>,
    rng: Rng,
}

struct Chosen {
    id: EntryId,
    hash: u64,
    why: Why,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// A candidate that lost.
    TurnedAway,
    /// A candidate was let in for it.
    Beaten,
    /// There was no contest.
    Alone,
}

/// Whether candidates that won were worth it, lately.
#[derive(Default)]
struct Wins {
    all: usize,
    /// What was beaten came back soon.
    regretted: usize,
    /// Since both were halved.
    contests: usize,
}

impl Wins {
    /// How many of the last misses are remembered.
    fn horizon(size: usize) -> usize {
        size * 3 / 4
    }

    /// A contest, won by the candidate or not. What is known fades, by time as well: where candidates need
    /// more there may be no wins.
    fn contest(&mut self, won: bool, size: usize) {
        self.all += usize::from(won);
        self.contests += 1;
        if self.all > 32 + size / 4 || self.contests > 32 + 4 * size {
            self.all /= 2;
            self.regretted /= 2;
            self.contests = 0;
        }
    }

    /// What was beaten so many uses ago is asked for again.
    fn came_back(&mut self, away: u32, size: usize) {
        self.regretted += usize::from((away as usize) < 2 * size);
    }

    /// How many uses more a candidate needs.
    fn margin(&self) -> u8 {
        u8::from(self.regretted * 5 > (self.all + 2) * 2)
    }
}

impl WTinyLfu {
    pub(super) fn new(mut rng: Rng) -> Self {
        Self {
            queues: Lists::new(),
            sketch: Sketch::new(rng.next()),
            climber: Climber::new(),
            ghost: Ghost::new(),
            wins: Wins::default(),
            size: 0,
            clock: 0,
            hand: 0,
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
        self.ghost.trim(Wins::horizon(size));
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

    /// Looks at some entries in turn: those that were used go to where a hit would have taken them.
    fn sweep(&mut self, steps: &mut usize, slots: &Slots) {
        for _ in 0..SWEPT.min(self.size) {
            self.hand += 1;
            if self.hand >= self.queues.reach() {
                self.hand = 0;
            }
            let id = self.hand;
            let (Some(place), Some(meta)) = (self.queues.place(id), slots.meta(id)) else {
                continue;
            };
            if self.take_uses(&meta.header.word) {
                let to = if place == WINDOW { WINDOW } else { PROTECTED };
                self.queues.renew(id, to);
            }
        }
        self.bound_protected(steps, slots);
    }

    fn beats(&mut self, candidate: u64, victim: u64) -> bool {
        let candidate = self.sketch.frequency(candidate);
        let victim = self.sketch.frequency(victim);
        candidate > victim + self.wins.margin()
            || candidate >= WARM && candidate < victim && self.rng.next() % LUCK == 0
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
            let since = self.ghost.take(hash);
            let away = since.map(|since| self.clock.wrapping_sub(since & !1));
            let was_beaten = since.is_some_and(|since| since & 1 == 1);
            if let Some(away) = away.filter(|_| was_beaten) {
                self.wins.came_back(away, self.size);
            }
            let turned_away = away.filter(|_| !was_beaten);
            self.climber.missed(turned_away, self.size);
        }
        self.clock = self.clock.wrapping_add(1);
        self.shrink_window();
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        if let Some(chosen) = &self.chosen {
            return Some(chosen.id);
        }
        self.fit(slots);
        self.shrink_window();
        // Each one is used once at most since it was last looked at, but for hits of other threads meanwhile.
        let mut steps = 2 * self.size;
        self.sweep(&mut steps, slots);
        self.climber.climb(self.size);
        self.shrink_window();
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
        let ((id, hash), why) = match (candidate, victim) {
            (Some(candidate), Some(victim)) if !grows => {
                let won = self.beats(candidate.1, victim.1);
                self.wins.contest(won, self.size);
                if won {
                    self.queues.renew(candidate.0, PROBATION);
                    (victim, Why::Beaten)
                } else {
                    (candidate, Why::TurnedAway)
                }
            }
            (candidate, victim) => (victim.or(candidate)?, Why::Alone),
        };
        self.chosen = Some(Chosen { id, hash, why });
        Some(id)
    }

    fn forget(&mut self, id: EntryId, _: &Slots) {
        self.queues.remove(id);
        let Some(chosen) = self.chosen.take().filter(|chosen| chosen.id == id) else {
            return;
        };
        if chosen.why != Why::Alone {
            let was_beaten = u32::from(chosen.why == Why::Beaten);
            self.ghost.push(chosen.hash, self.clock & !1 | was_beaten);
            self.ghost.trim(Wins::horizon(self.size));
        }
    }
}
