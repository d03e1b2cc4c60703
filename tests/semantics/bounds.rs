//! `capacity` and `max_weight` hold, both, at every moment.

use memofn::{Cache, Policy, memoize};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

#[memoize(policy = "lru", capacity = 3, max_weight = 10, weight = |_: &u32, value: &u64| *value)]
fn both(n: u32) -> u64 {
    u64::from(n % 10)
}

#[test]
fn both_bounds_hold() {
    for n in [1, 2, 3] {
        both(n);
    }
    let info = both_cache_info();
    assert_eq!((info.len, info.weight, info.evictions), (3, 6, 0));
    // Full by number: 1 leaves, and that is enough for the weight too.
    both(5);
    let info = both_cache_info();
    assert_eq!((info.len, info.weight, info.evictions), (3, 10, 1));
    // Full by both: 2 and 3 must leave for the weight.
    both(4);
    let info = both_cache_info();
    assert_eq!((info.len, info.weight, info.evictions), (2, 9, 3));
    assert_eq!(both_cache_get(5), Some(5));
    // What weighs nothing is bounded by number only.
    for n in [10, 20, 30] {
        both(n);
    }
    let info = both_cache_info();
    assert_eq!((info.len, info.weight, info.evictions), (3, 0, 5));
}

#[test]
fn bounds_hold_at_every_moment() {
    const CAPACITY: usize = 50;
    const MAX_WEIGHT: u64 = 700;
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Size,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        let cache = Cache::builder()
            .policy(policy)
            .capacity(CAPACITY)
            .max_weight(MAX_WEIGHT)
            .weight(|_: &u64, value: &u64| value % 40)
            .build();
        let storing = AtomicBool::new(true);
        thread::scope(|threads| {
            let watcher = threads.spawn(|| {
                let mut fullest = 0;
                while storing.load(Relaxed) {
                    let info = cache.info();
                    assert!(
                        info.len <= CAPACITY && info.weight <= MAX_WEIGHT,
                        "{policy}: {info}"
                    );
                    fullest = fullest.max(info.len);
                }
                fullest
            });
            let storers: Vec<_> = (0..2)
                .map(|storer| {
                    let cache = &cache;
                    threads.spawn(move || {
                        for n in 0..20_000u64 {
                            let key = (n * 7 + storer) % 301;
                            match n % 5 {
                                0 => drop(cache.insert(key, n)),
                                1 if n % 3 == 0 => drop(cache.remove(&key)),
                                _ => drop(cache.get_or_insert_with(&key, || n)),
                            }
                        }
                    })
                })
                .collect();
            let ends: Vec<_> = storers
                .into_iter()
                .map(thread::ScopedJoinHandle::join)
                .collect();
            storing.store(false, Relaxed);
            watcher.join().unwrap();
            assert!(ends.iter().all(Result::is_ok));
        });
        let info = cache.info();
        let weight = cache.iter().map(|(_, value)| value % 40).sum::<u64>();
        assert_eq!((info.len, info.weight), (cache.iter().count(), weight));
        // Neither the inserts (each fifth) nor the removals (each fifteenth) count.
        assert_eq!(
            info.hits + info.misses,
            2 * (20_000 - 4_000 - 1_333),
            "{policy}"
        );
    }
}

#[test]
fn set_capacity_evicts_what_no_longer_fits() {
    let cache: Cache<u32, u32> = Cache::new(5);
    for n in 0..5 {
        cache.insert(n, n);
    }
    assert_eq!(cache.get(&0), Some(0));
    cache.set_capacity(2);
    let mut left: Vec<_> = cache.iter().collect();
    left.sort_unstable();
    assert_eq!(left, [(0, 0), (4, 4)]);
    assert_eq!(
        (cache.info().capacity, cache.info().evictions),
        (Some(2), 3)
    );
    cache.set_capacity(3);
    cache.insert(7, 7);
    assert_eq!(cache.len(), 3);
    cache.set_capacity(0);
    assert!(cache.is_empty());
    cache.insert(8, 8);
    assert!(cache.is_empty());
    assert_eq!(cache.get_or_insert_with(&8, || 9), 9);
    cache.set_capacity(1);
    cache.insert(9, 9);
    assert_eq!(cache.get(&9), Some(9));
}

static SHRINKING: LazyLock<Cache<u32, Watching>> = LazyLock::new(|| Cache::new(500));
static OVERFULL: AtomicU64 = AtomicU64::new(0);

/// Looks at the cache while it is dropped.
#[derive(Clone)]
struct Watching;

impl Drop for Watching {
    fn drop(&mut self) {
        let info = SHRINKING.info();
        if info.capacity.is_some_and(|capacity| info.len > capacity) {
            OVERFULL.fetch_add(1, Relaxed);
        }
    }
}

/// No more than 64 evicted entries may wait to be dropped, so lowering the bound takes several steps;
/// none of them shows more entries than it allows.
#[test]
fn the_bound_holds_while_it_is_lowered() {
    for key in 0..500 {
        SHRINKING.insert(key, Watching);
    }
    SHRINKING.set_capacity(20);
    assert_eq!(SHRINKING.info().len, 20);
    assert_eq!(SHRINKING.info().capacity, Some(20));
    assert_eq!(
        OVERFULL.load(Relaxed),
        0,
        "times there were more entries than the capacity"
    );
}

/// The classical exercise: a cache of two.
#[test]
fn an_lru_cache_of_two() {
    let cache = Cache::new(2);
    cache.insert(1, "hello");
    cache.insert(2, "world");
    assert_eq!(
        (cache.get(&1), cache.get(&2)),
        (Some("hello"), Some("world"))
    );
    cache.insert(3, "foo");
    assert_eq!(
        [1, 2, 3].map(|key| cache.get(&key)),
        [None, Some("world"), Some("foo")]
    );
    cache.insert(4, "bar");
    assert_eq!(
        [1, 2, 3, 4].map(|key| cache.get(&key)),
        [None, None, Some("foo"), Some("bar")]
    );
}
