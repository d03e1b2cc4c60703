//! The policy `adaptive` where entries have weights: what is used often and weighs little stays. It is GDSF
//! (Cherkasova, "Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy", HP
//! Labs 1998): an entry is worth its uses by its weight, and what it is worth counts from the worth of
//! the last one that had to leave (so all that stays unused ages). Three things are added.
//!
//! * Hits write the entry's word only (`pulse.rs`); what has been used since it was queued is queued
//!   again when it comes to its turn.
//! * Keys that have left are remembered with their uses, as in `adaptive`.
//! * Ageing is what loops die of, and what a change of taste needs. So there are two rules: with it, and
//!   without it, where of two with the same worth the older one stays. A miniature of each
//!   (`minis.rs`) shows which one is better at present.
//!
//! O(log n) a miss, amortised; 40 bytes an entry, and 12 for the keys that have left.

mod minis;
mod order;

use super::adaptive::{Known, Past};
use super::{Evict, Touch};
use crate::arena::{Column, EntryId, Meta, Slots};
use crate::pulse::{self, Pulse, SAMPLED};
use crate::sync::Ordering::Relaxed;
use minis::Minis;
use order::{Order, Record};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How worth is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// From the worth of the last one that left. Of two with the same worth the older one leaves.
    Ageing,
    /// From nothing. The newer one leaves.
    Steady,
}

/// What uses are worth at this weight.
fn worth(uses: u8, weight: u64) -> f64 {
    f64::from(uses.max(1)) / weight.max(1) as f64
}

/// Keys that have left, for each entry.
const REMEMBERED: usize = 3;
/// Ticks of their clock in which as many accesses come as there are entries.
const TICKS: u64 = 16;

pub(super) struct Sized {
    order: Order,
    /// What the last one was worth that left.
    floor: f64,
    rule: Rule,
    /// There once the cache is full for the first time.
    past: Past,
    minis: Option<Box<Minis>>,
    /// The entries of the sample, and their weights.
    sampled: BTreeMap<EntryId, u64>,
    /// All those together.
    weight: u64,
    /// Entries when everything was measured last.
    measured: usize,
    pulse: Arc<Pulse>,
    /// In quanta.
    now: u64,
    misses: u64,
    /// Who is to leave, with its hash.
    chosen: Option<(Record, u32)>,
}

impl Sized {
    pub(super) fn new(pulse: Arc<Pulse>) -> Self {
        Self {
            order: Order::new(),
            floor: 0.0,
            rule: minis::FIRST,
            past: Past::new(0, 1),
            minis: None,
            sampled: BTreeMap::new(),
            weight: 0,
            measured: 0,
            now: pulse.now().into(),
            pulse,
            misses: 0,
            chosen: None,
        }
    }

    /// The present: the clock of hits, which has 32 bits of it.
    fn look_at_clock(&mut self) {
        self.now += u64::from(self.pulse.now().wrapping_sub(self.now as u32));
    }

    /// What depends on the size begins anew.
    #[cold]
    fn measure(&mut self, slots: &Slots) {
        let size = slots.len();
        self.measured = size;
        let unit = (size as u64 / pulse::quantum(size) / TICKS).max(1);
        self.past = Past::new(REMEMBERED * size, unit);
        self.pulse.open(size);
        let mut minis = Box::new(Minis::new(size));
        self.sampled.clear();
        self.weight = 0;
        let entries = slots
            .linked_from(0)
            .filter_map(|id| Some((id, slots.meta(id)?)));
        for (id, meta) in entries {
            if minis.is_sampled(meta.hash()) {
                meta.header.word.fetch_or(SAMPLED, Relaxed);
                let weight = meta.get(Column::Weight);
                self.sampled.insert(id, weight);
                self.weight += weight;
                minis.begin_with(meta.hash(), weight, uses(meta));
            } else {
                meta.header.word.fetch_and(!SAMPLED, Relaxed);
            }
        }
        self.minis = Some(minis);
    }

    /// What has been asked for since the last miss, and by it, decides the rule.
    fn learn(&mut self, missed: Meta<'_>, slots: &Slots) {
        let Some(minis) = &mut self.minis else {
            return;
        };
        let sampled = self.weight;
        let mut rule = self.rule;
        let mut access = |meta: Meta<'_>| {
            if minis.is_sampled(meta.hash()) {
                let weight = meta.get(Column::Weight);
                rule = minis.access(meta.hash(), weight, sampled, rule);
            }
        };
        self.pulse
            .drain(|id| slots.meta(id).into_iter().for_each(&mut access));
        access(missed);
        if rule != self.rule {
            self.rule = rule;
            self.order.reorder(|record| tie(rule, record.stored()));
        }
    }
}

fn uses(meta: Meta<'_>) -> u8 {
    pulse::count(meta.header.word.load(Relaxed))
}

/// The order among equals.
fn tie(rule: Rule, stored: u64) -> u64 {
    match rule {
        Rule::Ageing => stored,
        Rule::Steady => !stored,
    }
}

impl Evict for Sized {
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
        let Some(meta) = slots.meta(id) else {
            return;
        };
        let (hash, weight) = (meta.hash(), meta.get(Column::Weight));
        let minis = self.minis.as_ref();
        let sampled = minis.is_some_and(|minis| minis.is_sampled(hash));
        let known = self.past.take(hash, self.now);
        let (before, uses) = known.map_or((0, 1), |known| (known.last, known.count + 1));
        let word = pulse::word(self.now, before, uses, sampled);
        meta.header.word.store(word, Relaxed);
        self.learn(meta, slots);
        if sampled {
            self.sampled.insert(id, weight);
            self.weight += weight;
        }
        let stored = slots.stored(meta);
        let priority = self.floor + worth(uses, weight);
        let record = Record::new(
            priority,
            tie(self.rule, stored),
            stored,
            uses,
            (id, meta.seq()),
        );
        self.order.push(record);
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        if let Some((record, _)) = &self.chosen {
            return Some(record.id());
        }
        self.look_at_clock();
        let size = slots.len();
        if self.minis.is_none() || size < self.measured / 2 || size > 2 * self.measured {
            self.measure(slots);
        }
        let floor = self.floor;
        let record = self.order.least(slots, |meta, record| {
            let uses = uses(meta);
            let grown = uses > record.uses();
            grown.then(|| (floor + worth(uses, meta.get(Column::Weight)), uses))
        })?;
        let hash = slots.meta(record.id())?.hash();
        self.chosen = Some((record, hash));
        Some(record.id())
    }

    fn forget(&mut self, id: EntryId, slots: &Slots) {
        self.order.forget(slots);
        self.weight -= self.sampled.remove(&id).unwrap_or(0);
        let Some((record, hash)) = self.chosen.take_if(|(record, _)| record.id() == id) else {
            return;
        };
        if self.rule == Rule::Ageing {
            self.floor = self.floor.max(record.priority());
        }
        let known = Known {
            last: self.now,
            count: record.uses(),
        };
        self.past.push(hash, known, self.now);
    }
}
