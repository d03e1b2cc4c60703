//! Two miniatures of the cache, one for each rule, on a sample of the keys (Waldspurger, Saemundsson, Ahmad
//! and Park, "Cache Modeling and Optimization using Miniature Simulations", ATC 2017). Each has as much weight
//! as the real cache has of the sample, so that it has the same luck. They are small, and looked
//! through from end to end.

use super::{REMEMBERED, Rule, tie, worth};
use crate::policy::adaptive::{Known, Past, is_sampled};

/// The rule to begin with: who begins with the other one loses the first round of each loop.
pub(super) const FIRST: Rule = Rule::Steady;
const RULES: [Rule; 2] = [Rule::Steady, Rule::Ageing];

/// Entries of a miniature, about.
const SIZE: usize = 96;
/// Most of them.
const MOST: usize = 2 * SIZE;
/// By how many standard deviations the other one has to be ahead, and by how many hits besides.
const SIGMAS: f64 = 2.0;
const MARGIN: f64 = 2.0;
/// Sampled accesses an entry, after which what was seen counts half.
const MEMORY: usize = 10;
/// The same, over which the sample's weight is averaged.
const AVERAGED: f64 = 2.0;
/// The change of weight that counts, and the part of the weight that a miniature has.
const CHANGE: f64 = 0.02;
const SHARE: f64 = 0.97;

#[derive(Clone, Copy)]
struct Entry {
    weight: u64,
    priority: f64,
    tie: u64,
    uses: u8,
}

/// One of them.
struct Mini {
    rule: Rule,
    hashes: Vec<u32>,
    entries: Vec<Entry>,
    weight: u64,
    floor: f64,
    past: Past,
}

impl Mini {
    fn new(rule: Rule) -> Self {
        Self {
            rule,
            hashes: Vec::new(),
            entries: Vec::new(),
            weight: 0,
            floor: 0.0,
            past: Past::new(REMEMBERED * SIZE, 1),
        }
    }

    fn add(&mut self, hash: u32, weight: u64, uses: u8, stored: u64) {
        self.hashes.push(hash);
        self.weight += weight;
        self.entries.push(Entry {
            weight,
            priority: self.floor + worth(uses, weight),
            tie: tie(self.rule, stored),
            uses,
        });
    }

    fn evict(&mut self, now: u64) {
        let order = |one: &&Entry, other: &&Entry| {
            let by_priority = one.priority.total_cmp(&other.priority);
            by_priority.then(one.tie.cmp(&other.tie))
        };
        let entries = self.entries.iter().zip(0..);
        let Some((_, at)) = entries.min_by(|(one, _), (other, _)| order(one, other)) else {
            return;
        };
        let (hash, entry) = (self.hashes.swap_remove(at), self.entries.swap_remove(at));
        self.weight -= entry.weight;
        if self.rule == Rule::Ageing {
            self.floor = self.floor.max(entry.priority);
        }
        let count = entry.uses;
        self.past.push(hash, Known { last: now, count }, now);
    }

    /// Was it there? It is now, if it fits.
    fn access(&mut self, hash: u32, weight: u64, now: u64, fits: u64) -> bool {
        while self.weight > fits || self.entries.len() > MOST {
            self.evict(now);
        }
        if let Some(at) = self.hashes.iter().position(|other| *other == hash) {
            let entry = &mut self.entries[at];
            entry.uses = entry.uses.saturating_add(1);
            let grown = self.floor + worth(entry.uses, entry.weight);
            entry.priority = entry.priority.max(grown);
            return true;
        }
        let known = self.past.take(hash, now);
        if weight > fits {
            return false;
        }
        while self.weight > fits - weight {
            self.evict(now);
        }
        self.add(hash, weight, known.map_or(1, |known| known.count + 1), now);
        false
    }
}

pub(super) struct Minis {
    minis: [Mini; 2],
    one_in: u64,
    /// Accesses so far.
    seen: u64,
    /// How often the one of a rule hit where the other one missed.
    ahead: [u32; 2],
    until_halved: usize,
    /// The sample's weight, averaged, and what a miniature may weigh.
    average: f64,
    fits: u64,
}

impl Minis {
    /// Those of a cache of so many entries.
    pub(super) fn new(real: usize) -> Self {
        Self {
            minis: RULES.map(Mini::new),
            one_in: real.div_ceil(SIZE).max(1) as u64,
            seen: 0,
            ahead: [0; 2],
            until_halved: MEMORY * SIZE,
            average: 0.0,
            fits: 0,
        }
    }

    pub(super) fn is_sampled(&self, hash: u32) -> bool {
        is_sampled(hash, self.one_in)
    }

    /// An entry of the sample that the real cache has already.
    pub(super) fn begin_with(&mut self, hash: u32, weight: u64, uses: u8) {
        self.seen += 1;
        for mini in &mut self.minis {
            mini.add(hash, weight, uses, self.seen);
        }
    }

    /// An access to a sampled key, when the real cache has so much of the sample, and this rule. Gives the one
    /// that it should have.
    pub(super) fn access(&mut self, hash: u32, weight: u64, sampled: u64, rule: Rule) -> Rule {
        self.resize(sampled);
        self.seen += 1;
        let (now, fits) = (self.seen, self.fits);
        let hits = self
            .minis
            .each_mut()
            .map(|mini| mini.access(hash, weight, now, fits));
        for (ahead, (hit, other)) in self
            .ahead
            .iter_mut()
            .zip([(hits[0], hits[1]), (hits[1], hits[0])])
        {
            *ahead += u32::from(hit && !other);
        }
        self.until_halved -= 1;
        if self.until_halved == 0 {
            self.until_halved = MEMORY * SIZE;
            self.ahead = self.ahead.map(|ahead| ahead / 2);
        }
        let current = usize::from(rule != RULES[0]);
        let (less, more) = (self.ahead[current], self.ahead[1 - current]);
        let (less, more) = (f64::from(less), f64::from(more));
        let lead = more - less - SIGMAS * (more + less).sqrt() - MARGIN;
        let changes = lead > 0.0 && lead > self.differ(1 - current);
        RULES[if changes { 1 - current } else { current }]
    }

    /// What this one has and the other one doesn't: it would have to be computed again.
    fn differ(&self, mini: usize) -> f64 {
        let other = &self.minis[1 - mini].hashes;
        let hashes = self.minis[mini].hashes.iter();
        hashes.filter(|hash| !other.contains(hash)).count() as f64
    }

    fn resize(&mut self, sampled: u64) {
        let sampled = sampled as f64;
        if self.average == 0.0 {
            self.average = sampled;
        }
        self.average += (sampled - self.average) / (AVERAGED * SIZE as f64);
        let fits = self.average * SHARE;
        if (fits - self.fits as f64).abs() > CHANGE * self.fits as f64 {
            self.fits = fits as u64;
        }
    }
}
