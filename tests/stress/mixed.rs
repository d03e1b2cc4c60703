//! Everything that can be done to a cache, from eight threads, under every policy.

use crate::subject::{Crowded, Living, Text};
use crate::{Dice, THREADS, all_at_once, scaled};
use memofn::{Cache, CacheBuilder, Policy, memoize};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

type Texts = Cache<String, Text>;

const KEYS: u32 = 200;
const CAPACITY: usize = 64;
/// Of each entry, where weight counts.
const WEIGHT: u64 = 3;

/// A cache and what it is used for.
struct Load {
    cache: Texts,
    living: Living,
    calls: AtomicU64,
    clears: bool,
}

impl Load {
    fn on(cache: Texts, clears: bool) -> Self {
        Self {
            cache,
            living: Living::default(),
            calls: AtomicU64::new(0),
            clears,
        }
    }

    /// One operation, drawn at random.
    fn step(&self, dice: &mut Dice) {
        let (cache, living) = (&self.cache, &self.living);
        // Near keys often, far ones now and then.
        let range = if dice.below(4) == 0 { KEYS } else { 40 };
        let key = format!("key {}", dice.below(range));
        match dice.below(1000) {
            0..600 => {
                self.calls.fetch_add(1, Relaxed);
                let value = cache.get_or_insert_with(&key, || Text::of(&key, living));
                value.check(&key);
            }
            600..750 => {
                self.calls.fetch_add(1, Relaxed);
                if let Some(value) = cache.get(key.as_str()) {
                    value.check(&key);
                }
            }
            750..800 => {
                if let Some(value) = cache.peek(key.as_str()) {
                    value.check(&key);
                }
            }
            800..880 => {
                if let Some(old) = cache.insert(key.clone(), Text::of(&key, living)) {
                    old.check(&key);
                }
            }
            880..960 => {
                if let Some(old) = cache.remove(key.as_str()) {
                    old.check(&key);
                }
            }
            960..985 => self.check_bounds(),
            985..990 => cache.iter().for_each(|(key, value)| value.check(&key)),
            990..992 => cache.retain(|key, value| {
                value.check(key);
                !key.ends_with('7')
            }),
            992..996 if cache.parameters().policy != Policy::Unbounded => {
                cache.set_capacity([8, 24, CAPACITY][dice.below(3) as usize]);
            }
            996..998 if self.clears => cache.clear(),
            _ => assert!(!cache.contains_key("no key")),
        }
    }

    fn check_bounds(&self) {
        let info = self.cache.info();
        assert!(info.len <= info.capacity.unwrap_or(KEYS as usize), "{info}");
        assert!(info.weight <= info.max_weight.unwrap_or(0), "{info}");
        assert!(
            info.hits + info.misses <= self.calls.load(Relaxed),
            "{info}"
        );
    }

    fn run(self, steps: u32) {
        all_at_once(|_, dice| (0..scaled(steps)).for_each(|_| self.step(dice)));
        self.check_bounds();
        let (info, calls) = (self.cache.info(), self.calls.load(Relaxed));
        if !self.clears {
            assert_eq!(info.hits + info.misses, calls, "{info}");
        }
        let parameters = self.cache.parameters();
        if parameters.ttl.is_none() && parameters.tti.is_none() {
            let entries = self.cache.iter().count();
            assert_eq!(entries, self.cache.len());
            let (living, entries) = (self.living.load(Relaxed), entries as i64);
            assert!(
                (entries..=entries + 64).contains(&living),
                "{living} are alive"
            );
        }
        self.cache.clear();
        assert_eq!((self.cache.len(), self.living.load(Relaxed)), (0, 0));
        self.cache
            .insert("last".into(), Text::of("last", &self.living));
        drop(self.cache);
        assert_eq!(
            self.living.load(Relaxed),
            0,
            "everything is dropped with the cache"
        );
    }
}

fn builder(policy: Policy) -> CacheBuilder<String, Text> {
    let builder = Cache::builder().policy(policy).seed(7);
    let builder = if policy == Policy::Unbounded {
        builder
    } else {
        builder.capacity(CAPACITY)
    };
    if policy == Policy::Size {
        let weigh = |_: &String, _: &Text| WEIGHT;
        builder.max_weight(WEIGHT * 50).weight(weigh)
    } else {
        builder
    }
}

const STEPS: u32 = 24_000 / THREADS;

fn under(policy: Policy) {
    Load::on(builder(policy).build(), false).run(STEPS);
    Load::on(builder(policy).build(), true).run(STEPS);
    Load::on(builder(policy).hasher(Crowded(5)).build(), false).run(STEPS / 2);
    Load::on(builder(policy).hasher(Crowded(1)).build(), true).run(STEPS / 8);
}

#[test]
fn unbounded() {
    under(Policy::Unbounded);
}

#[test]
fn least_recently_used() {
    under(Policy::Lru);
}

#[test]
fn least_frequently_used() {
    under(Policy::Lfu);
}

#[test]
fn first_in_first_out() {
    under(Policy::Fifo);
}

#[test]
fn random() {
    under(Policy::Random);
}

#[test]
fn sieve() {
    under(Policy::Sieve);
}

#[test]
fn small_and_main_queue() {
    under(Policy::S3Fifo);
}

#[test]
fn window_and_sketch() {
    under(Policy::WTinyLfu);
}

#[test]
fn miniatures() {
    under(Policy::Adaptive);
}

#[test]
fn largest() {
    under(Policy::Size);
}

/// So short that entries expire all the time.
const SHORT: Duration = Duration::from_micros(300);

#[test]
fn while_entries_expire() {
    for policy in [Policy::Unbounded, Policy::Lru, Policy::Lfu] {
        for clears in [false, true] {
            let ttl = builder(policy).ttl(SHORT).jitter(0.5);
            Load::on(ttl.build(), clears).run(STEPS / 4);
            let tti = builder(policy).tti(SHORT);
            Load::on(tti.build(), clears).run(STEPS / 4);
            let both = builder(policy).ttl(SHORT * 2).tti(SHORT);
            Load::on(both.hasher(Crowded(9)).build(), clears).run(STEPS / 4);
        }
    }
}

#[memoize(policy = "lru", capacity = 32)]
fn length(key: &str) -> String {
    format!("{key} has {}", key.len())
}

/// The same through the attribute, with refreshes.
#[test]
fn a_memoized_function() {
    let calls = AtomicU64::new(0);
    all_at_once(|_, dice| {
        for _ in 0..scaled(STEPS) {
            let key = "x".repeat(dice.below(60) as usize + 1);
            let right = |value: &String| *value == format!("{key} has {}", key.len());
            match dice.below(20) {
                0 => assert!(right(&length_cache_refresh(&key))),
                1 => assert!(length_cache_remove(&key).as_ref().is_none_or(right)),
                2 => assert!(length_cache_get(&key).as_ref().is_none_or(right)),
                3 => drop(length_cache_insert(
                    &key,
                    format!("{key} has {}", key.len()),
                )),
                4 => assert!(length_cache_info().len <= 32),
                _ => {
                    calls.fetch_add(1, Relaxed);
                    assert!(right(&length(&key)));
                }
            }
        }
    });
    let info = length_cache_info();
    assert_eq!(info.hits + info.misses, calls.into_inner(), "{info}");
}
