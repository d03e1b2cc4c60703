//! A cache and its model, driven by the same operations and compared after each.

use super::{Counts, Key, Model, Setup, Value, WEIGHTS, weigh};
use memofn::{Cache, CacheInfo};
use std::time::Duration;

#[derive(Clone, Debug)]
pub(crate) enum Op {
    Get(Key),
    Peek(Key),
    Contains(Key),
    Insert(Key, Weight),
    Remove(Key),
    GetOrInsert(Key, Weight),
    /// Forget the keys that leave this rest when divided by three.
    Retain(Key),
    Clear,
    SetCapacity(usize),
    /// Hours.
    Advance(u64),
}

pub(crate) type Weight = u8;

pub(crate) struct Pair {
    pub(crate) cache: Cache<Key, Value>,
    pub(crate) model: Model,
    /// Values made so far; no two are equal.
    made: u64,
}

impl Pair {
    pub(crate) fn new(setup: Setup) -> Self {
        let mut builder = Cache::builder().policy(setup.policy).seed(1);
        if let Some(capacity) = setup.capacity {
            builder = builder.capacity(capacity);
        }
        if let Some(max_weight) = setup.max_weight {
            builder = builder
                .max_weight(max_weight)
                .weight(|_, value| weigh(*value));
        }
        if let Some(hours) = setup.ttl {
            builder = builder.ttl(hours_long(hours));
        }
        if let Some(hours) = setup.tti {
            builder = builder.tti(hours_long(hours));
        }
        Self {
            cache: builder.build(),
            model: Model::new(setup),
            made: 0,
        }
    }

    /// Does the same to both and compares what is returned.
    pub(crate) fn apply(&mut self, op: &Op) {
        let (cache, model) = (&self.cache, &mut self.model);
        match *op {
            Op::Get(key) => assert_eq!(cache.get(&key), model.get(key)),
            Op::Peek(key) => assert_eq!(cache.peek(&key), model.peek(key)),
            Op::Contains(key) => assert_eq!(cache.contains_key(&key), model.peek(key).is_some()),
            Op::Insert(key, weight) => {
                let value = make(&mut self.made, weight);
                assert_eq!(cache.insert(key, value), model.insert(key, value));
            }
            Op::Remove(key) => assert_eq!(cache.remove(&key), model.remove(key)),
            Op::GetOrInsert(key, weight) => {
                let value = make(&mut self.made, weight);
                let mut computed = false;
                let answer = cache.get_or_insert_with(&key, || {
                    computed = true;
                    value
                });
                assert_eq!((answer, computed), model.get_or_insert(key, value));
            }
            Op::Retain(rest) => {
                cache.retain(|key, _| key % 3 != rest);
                model.retain(|key| key % 3 != rest);
            }
            Op::Clear => {
                cache.clear();
                model.clear();
            }
            Op::SetCapacity(capacity) => {
                cache.set_capacity(capacity);
                model.set_capacity(capacity);
            }
            Op::Advance(hours) => {
                memofn::testing::advance(hours_long(hours));
                model.advance(hours);
            }
        }
    }

    /// Compares everything that can be seen.
    pub(crate) fn compare(&mut self) {
        let info = self.cache.info();
        let mut present: Vec<_> = self.cache.iter().collect();
        present.sort_unstable();
        if !self.model.is_foretold() {
            self.model.follow(&present);
        }
        assert_eq!(present, self.model.contents());
        let mut keys: Vec<_> = self.cache.keys().collect();
        keys.sort_unstable();
        assert!(keys.iter().eq(present.iter().map(|(key, _)| key)));
        assert_eq!(counts(&info), self.model.counts);
        assert_eq!(info.len, self.model.len());
        assert_eq!(self.cache.len(), self.model.len());
        assert_eq!(self.cache.is_empty(), self.model.len() == 0);
        let setup = self.model.setup();
        assert_eq!(info.capacity, setup.capacity);
        assert_eq!(info.max_weight, setup.max_weight);
        if setup.max_weight.is_some() {
            assert_eq!(info.weight, self.model.weight());
        }
        assert_eq!((info.errors, info.coalesced), (0, 0));
    }
}

pub(crate) fn counts(info: &CacheInfo) -> Counts {
    Counts {
        hits: info.hits,
        misses: info.misses,
        evictions: info.evictions,
        expirations: info.expirations,
    }
}

fn make(made: &mut u64, weight: Weight) -> Value {
    *made += 1;
    *made * WEIGHTS + u64::from(weight) % WEIGHTS
}

fn hours_long(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}
