//! What the queues do as they are set, one access a quantum.

use super::super::shadows::SETTINGS;
use super::*;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::HashMap;

/// Entries by id, and where keys are.
struct Few(Vec<(Cell<u64>, u32)>);

impl Entries for Few {
    fn hash(&self, id: EntryId) -> u32 {
        self.0[id as usize].1
    }
    fn word(&self, id: EntryId) -> u64 {
        self.0[id as usize].0.get()
    }
    fn set_word(&self, id: EntryId, word: u64) {
        self.0[id as usize].0.set(word);
    }
}

struct Cache {
    queues: Queues,
    few: Few,
    ids: HashMap<u32, EntryId>,
    vacant: Vec<EntryId>,
    capacity: usize,
    has_been_full: bool,
}

impl Cache {
    fn new(setting: Setting, capacity: usize, exact: bool) -> Self {
        let scale = Scale {
            // One access a quantum.
            real: capacity * pulse::QUANTUM as usize,
            own: capacity,
            exact,
        };
        let mut queues = Queues::new(setting, scale);
        queues.fit(capacity);
        Self {
            queues,
            few: Few((0..capacity).map(|_| (Cell::new(0), 0)).collect()),
            ids: HashMap::new(),
            vacant: (0..capacity as u32).collect(),
            capacity,
            has_been_full: false,
        }
    }

    /// Was it a hit?
    fn access(&mut self, hash: u32) -> bool {
        self.queues.now += 1;
        let now = self.queues.now;
        if let Some(id) = self.ids.get(&hash) {
            self.few.set_word(*id, pulse::used(self.few.word(*id), now));
            return true;
        }
        if self.queues.len() == self.capacity {
            self.has_been_full = true;
            let chosen = self.queues.victim(&self.few, || 1).unwrap();
            self.ids.remove(&self.few.hash(chosen.id)).unwrap();
            self.queues.forget(chosen.id);
            self.queues.remember(chosen);
            self.vacant.push(chosen.id);
        }
        let id = self.vacant.pop().unwrap();
        self.few.0[id as usize].1 = hash;
        if self.has_been_full {
            self.queues.admit(id, false, &self.few);
        } else {
            let word = pulse::word(now, 0, 1, false);
            self.queues.admit_first(id, word, &self.few);
        }
        self.ids.insert(hash, id);
        let lens = self.queues.lens();
        assert_eq!(lens[0] + lens[1], self.ids.len());
        false
    }

    fn hits(&mut self, keys: impl Iterator<Item = u32>) -> usize {
        keys.filter(|key| self.access(*key)).count()
    }
}

const LIRS: Setting = SETTINGS[0];
const TINY_LFU: Setting = SETTINGS[1];
const LRU: Setting = SETTINGS[4];

proptest! {
    /// All of the window in the order of use is LRU, hit for hit.
    #[test]
    fn the_whole_as_window_is_lru(keys in proptest::collection::vec(0_u32..30, 0..800), capacity in 1_usize..20) {
        let mut cache = Cache::new(LRU, capacity, true);
        let mut model: Vec<u32> = Vec::new();
        for key in keys {
            let hit = model.contains(&key);
            model.retain(|other| *other != key);
            model.push(key);
            if model.len() > capacity {
                model.remove(0);
            }
            prop_assert_eq!(cache.access(key), hit);
        }
    }

    /// Whatever it is set to meanwhile: bounds hold, and each entry can be found.
    #[test]
    fn settings_may_change_at_any_time(
        keys in proptest::collection::vec((0_u32..60, 0_usize..40), 0..800),
        capacity in 1_usize..30,
        exact in any::<bool>(),
    ) {
        let mut cache = Cache::new(LIRS, capacity, exact);
        for (key, to) in keys {
            if let Some(setting) = SETTINGS.get(to) {
                cache.queues.set(*setting);
            }
            cache.access(key);
            prop_assert!(cache.queues.len() <= capacity);
            prop_assert_eq!(cache.queues.ids().len(), cache.ids.len());
        }
    }
}

#[test]
fn a_loop_keeps_what_is_in_the_main_queue() {
    for exact in [true, false] {
        let mut cache = Cache::new(LIRS, 100, exact);
        cache.hits((0..130).cycle().take(1_300));
        // All but the window's, in each round.
        let hits = cache.hits((0..130).cycle().take(1_300));
        assert!((980..=1_000).contains(&hits), "{hits}");
        let mut lru = Cache::new(LRU, 100, exact);
        assert_eq!(lru.hits((0..130).cycle().take(2_600)), 0);
    }
}

#[test]
fn what_is_used_often_outlives_a_scan() {
    let mut cache = Cache::new(TINY_LFU, 100, false);
    cache.hits((0..90).cycle().take(900));
    assert_eq!(cache.hits(1_000..3_000), 0);
    let kept = cache.hits(0..90);
    assert!(kept >= 85, "{kept}");
}

#[test]
fn counts_are_halved_and_come_back_with_the_key() {
    let mut cache = Cache::new(TINY_LFU, 64, false);
    let epoch = cache.queues.epoch;
    assert_eq!(epoch, EPOCH as u64 * 64);
    cache.hits(std::iter::repeat_n(7, 9));
    let id = cache.ids[&7];
    let start = cache.queues.nodes.at(id, cache.queues.now) / epoch * epoch;
    for (epochs, left) in [(1, 4), (2, 2), (3, 1), (4, 0), (100, 0)] {
        cache.queues.now = start + epochs * epoch;
        assert_eq!(cache.queues.count(id, cache.few.word(id)), left);
    }
}

#[test]
fn a_larger_window_takes_from_the_main_queue_and_gives_back() {
    let mut cache = Cache::new(LIRS, 100, false);
    cache.hits(0..300);
    assert_eq!(cache.queues.lens(), [1, 99]);
    cache.queues.set(LRU);
    cache.hits(1_000..1_300);
    assert_eq!(cache.queues.lens(), [100, 0]);
    cache.queues.set(LIRS);
    cache.hits(2_000..2_300);
    assert_eq!(cache.queues.lens(), [1, 99]);
}
