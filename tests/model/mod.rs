//! A cache as one would explain it: a list of entries that is searched from one end to the other.
//!
//! Time is counted in hours and expired entries are gone the moment they expire. What the cache
//! under test may do later than that (expired entries leave when met) is asked for by `info()`,
//! which sweeps first. An expired entry counts as an expiration, whatever call it is that meets it.

pub(crate) mod pair;
mod queues;
pub(crate) mod rng;

use memofn::Policy;
use queues::Queues;
use std::cmp::Reverse;
use std::collections::HashMap;

pub(crate) type Key = u16;
pub(crate) type Value = u64;

/// Heavier than any value, so that `value / WEIGHTS` tells values apart and `value % WEIGHTS` is the weight.
pub(crate) const WEIGHTS: u64 = 32;

/// The weight of an entry, told by its value, so that cache and model can't disagree about it.
pub(crate) fn weigh(value: Value) -> u64 {
    value % WEIGHTS
}

/// The cache to build.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) policy: Policy,
    pub(crate) capacity: Option<usize>,
    pub(crate) max_weight: Option<u64>,
    /// Hours.
    pub(crate) ttl: Option<u64>,
    /// Hours.
    pub(crate) tti: Option<u64>,
}

impl Setup {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy,
            capacity: None,
            max_weight: None,
            ttl: None,
            tti: None,
        }
    }
}

#[derive(Clone, Debug)]
struct Entry {
    key: Key,
    value: Value,
    uses: u64,
    /// Number of the operation that stored it; that used it last.
    stored: u64,
    used: u64,
    /// The same by the clock, in hours.
    stored_at: u64,
    used_at: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
}

pub(crate) struct Model {
    setup: Setup,
    /// In the order of storing.
    entries: Vec<Entry>,
    queues: Queues,
    /// Uses of each key since the policy last looked, up to three.
    marks: HashMap<Key, u8>,
    pub(crate) counts: Counts,
    /// Operations so far.
    tick: u64,
    /// Hours so far.
    now: u64,
    /// What the present operation stored; it is never its own victim.
    newest: Option<Key>,
}

impl Model {
    pub(crate) fn new(setup: Setup) -> Self {
        Self {
            setup,
            entries: Vec::new(),
            queues: Queues::default(),
            marks: HashMap::new(),
            counts: Counts::default(),
            tick: 0,
            now: 0,
            newest: None,
        }
    }

    pub(crate) fn get(&mut self, key: Key) -> Option<Value> {
        self.begin();
        let (tick, now) = (self.tick, self.now);
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) else {
            self.counts.misses += 1;
            return None;
        };
        self.counts.hits += 1;
        entry.uses += 1;
        entry.used = tick;
        entry.used_at = now;
        let value = entry.value;
        let mark = self.marks.entry(key).or_default();
        *mark = (*mark + 1).min(3);
        Some(value)
    }

    /// The answer, and whether it had to be computed.
    pub(crate) fn get_or_insert(&mut self, key: Key, computed: Value) -> (Value, bool) {
        match self.get(key) {
            Some(found) => (found, false),
            None => {
                self.store(key, computed);
                (computed, true)
            }
        }
    }

    pub(crate) fn peek(&mut self, key: Key) -> Option<Value> {
        self.begin();
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(entry.value)
    }

    pub(crate) fn insert(&mut self, key: Key, value: Value) -> Option<Value> {
        self.begin();
        self.store(key, value)
    }

    pub(crate) fn remove(&mut self, key: Key) -> Option<Value> {
        self.begin();
        Some(self.take(key)?.value)
    }

    pub(crate) fn retain(&mut self, keep: impl Fn(Key) -> bool) {
        self.begin();
        self.take_all(|entry| !keep(entry.key));
    }

    pub(crate) fn clear(&mut self) {
        self.begin();
        self.entries.clear();
        self.queues = Queues::default();
        self.marks.clear();
        self.counts = Counts::default();
    }

    pub(crate) fn set_capacity(&mut self, capacity: usize) {
        self.begin();
        self.setup.capacity = Some(capacity);
        self.evict_while(None, |model| model.entries.len() > capacity);
    }

    pub(crate) fn advance(&mut self, hours: u64) {
        self.now += hours;
        self.begin();
    }

    /// All entries, by key.
    pub(crate) fn contents(&self) -> Vec<(Key, Value)> {
        let mut all: Vec<_> = self
            .entries
            .iter()
            .map(|entry| (entry.key, entry.value))
            .collect();
        all.sort_unstable();
        all
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn weight(&self) -> u64 {
        self.entries.iter().map(|entry| weigh(entry.value)).sum()
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Expired entries leave before anything else happens.
    fn begin(&mut self) {
        self.tick += 1;
        self.newest = None;
        let Setup { ttl, tti, .. } = self.setup;
        if ttl.is_none() && tti.is_none() {
            return;
        }
        let (before, now) = (self.entries.len(), self.now);
        self.take_all(|entry| {
            ttl.is_some_and(|ttl| now - entry.stored_at >= ttl)
                || tti.is_some_and(|tti| now - entry.used_at >= tti)
        });
        self.counts.expirations += (before - self.entries.len()) as u64;
    }

    fn take(&mut self, key: Key) -> Option<Entry> {
        let place = self.entries.iter().position(|entry| entry.key == key)?;
        if self.queues.hand == Some(key) {
            self.queues.hand = self.entries.get(place + 1).map(|newer| newer.key);
        }
        self.queues.forget(key);
        Some(self.entries.remove(place))
    }

    fn take_all(&mut self, leaves: impl Fn(&Entry) -> bool) {
        let leaving = self.entries.iter().filter(|entry| leaves(entry));
        for key in leaving.map(|entry| entry.key).collect::<Vec<_>>() {
            self.take(key);
            self.marks.remove(&key);
        }
    }

    /// What can never fit is not stored, and the old entry leaves. Else room is made as if that had left
    /// already; if it is chosen to make room, that is no eviction.
    fn store(&mut self, key: Key, value: Value) -> Option<Value> {
        let weight = weigh(value);
        if self.exceeds(1, || weight) {
            self.marks.remove(&key);
            return self.take(key).map(|old| old.value);
        }
        let mut old = self.evict_while(Some(key), |model| {
            let others = || model.entries.iter().filter(|entry| entry.key != key);
            model.exceeds(others().count() + 1, || {
                others().map(|entry| weigh(entry.value)).sum::<u64>() + weight
            })
        });
        old = old.or_else(|| self.take(key));
        if old.is_none() {
            self.marks.remove(&key);
        }
        // Uses are taken over, too.
        self.marks.entry(key).or_default();
        self.queues.admit(key);
        self.entries.push(Entry {
            key,
            value,
            uses: old.as_ref().map_or(0, |old| old.uses) + 1,
            stored: self.tick,
            used: self.tick,
            stored_at: self.now,
            used_at: self.now,
        });
        self.newest = Some(key);
        old.map(|old| old.value)
    }

    fn exceeds(&self, len: usize, weight: impl Fn() -> u64) -> bool {
        self.setup.capacity.is_some_and(|most| len > most)
            || self.setup.max_weight.is_some_and(|most| weight() > most)
    }

    /// Victims of "random", "w-tinylfu" and "adaptive" can't be foretold: they are taken over afterwards, by [`Model::follow`].
    pub(crate) fn is_foretold(&self) -> bool {
        !matches!(
            self.setup.policy,
            Policy::Random | Policy::WTinyLfu | Policy::Adaptive
        )
    }

    /// Gives back the entry of `same`, if that was chosen.
    fn evict_while(
        &mut self,
        same: Option<Key>,
        too_full: impl Fn(&Self) -> bool,
    ) -> Option<Entry> {
        let mut replaced = None;
        while self.is_foretold() && too_full(self) {
            let victim = self.victim();
            let left = self.take(victim);
            if same == Some(victim) {
                replaced = left;
            } else {
                self.counts.evictions += 1;
                self.marks.remove(&victim);
            }
        }
        replaced
    }

    fn victim(&mut self) -> Key {
        let entries = self.entries.iter();
        let victim = match self.setup.policy {
            Policy::Lru => entries.min_by_key(|entry| entry.used),
            Policy::Lfu => entries.min_by_key(|entry| (entry.uses, entry.used)),
            Policy::Fifo => entries.min_by_key(|entry| entry.stored),
            Policy::Size => entries.min_by_key(|entry| (Reverse(weigh(entry.value)), entry.stored)),
            Policy::Sieve => return self.sieve(),
            Policy::S3Fifo => return self.queues.victim(self.entries.len(), &mut self.marks),
            other => panic!("{other:?} has no foretold victim"),
        };
        victim.expect("a cache that is too full has an entry").key
    }

    /// From the hand to the newest, and on from the oldest: the first one without a mark.
    fn sieve(&mut self) -> Key {
        let keys: Vec<Key> = self.entries.iter().map(|entry| entry.key).collect();
        let hand = self.queues.hand.unwrap_or(keys[0]);
        let mut place = keys.iter().position(|key| *key == hand).unwrap();
        while self.marks.insert(keys[place], 0) > Some(0) {
            place = (place + 1) % keys.len();
        }
        self.queues.hand = Some(keys[place]);
        keys[place]
    }

    /// Takes over which entries a cache with such a policy evicted in the last operation, and
    /// checks that it was free to: never the newest, never one more than needed. `present` is sorted.
    pub(crate) fn follow(&mut self, present: &[(Key, Value)]) {
        let (stay, gone): (Vec<Entry>, Vec<Entry>) = self
            .entries
            .drain(..)
            .partition(|entry| present.binary_search(&(entry.key, entry.value)).is_ok());
        self.entries = stay;
        assert!(
            gone.iter().all(|entry| Some(entry.key) != self.newest),
            "the newest entry was evicted"
        );
        assert!(!self.exceeds(self.len(), || self.weight()), "over a bound");
        // Whichever was evicted last: before that, a bound was exceeded.
        if let Some(heaviest) = gone.iter().map(|entry| weigh(entry.value)).max() {
            let needed = self.exceeds(self.len() + 1, || self.weight() + heaviest);
            assert!(needed, "more was evicted than needed: {gone:?}");
        }
        self.counts.evictions += gone.len() as u64;
    }
}
