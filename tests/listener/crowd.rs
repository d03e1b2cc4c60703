//! Many threads: every value that was stored was told exactly once, or is still there.

use crate::in_both_scopes;
use memofn::{Cache, Cause, Policy};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

const THREADS: u32 = 8;
const KEYS: u32 = 24;

fn exactly_once(policy: Policy, rounds: u32) {
    let told = Mutex::new(BTreeMap::<u64, (u32, Cause)>::new());
    let told: &'static Mutex<_> = Box::leak(Box::new(told));
    let cache = Cache::builder()
        .policy(policy)
        .capacity(8)
        .on_evict(|key: &u32, value: &u64, cause| {
            let before = told.lock().unwrap().insert(*value, (*key, cause));
            assert_eq!(before, None, "{value} is told twice");
        })
        .build();
    let next = AtomicU64::new(0);
    // Those of `insert`, which are all stored, unlike those that are computed.
    let inserted: Vec<(u64, u32)> = thread::scope(|scope| {
        let work = |thread: u32| {
            let (cache, next) = (&cache, &next);
            move || {
                let mut inserted = Vec::new();
                let mut dice = thread + 1;
                for _ in 0..rounds {
                    dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let key = (dice >> 8) % KEYS;
                    match (dice >> 16) % 64 {
                        0 => cache.clear(),
                        1 => cache.retain(|key, _| key % 3 != 0),
                        2 => cache.set_capacity(4 + (dice >> 24) as usize % 8),
                        3..=9 => {
                            cache.remove(&key);
                        }
                        10..=25 => {
                            let value = next.fetch_add(1, Relaxed);
                            cache.insert(key, value);
                            inserted.push((value, key));
                        }
                        _ => {
                            cache.get_or_insert_with(&key, || next.fetch_add(1, Relaxed));
                        }
                    }
                }
                inserted
            }
        };
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(work(thread)))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    // What was being read when it left.
    cache.insert(KEYS, next.fetch_add(1, Relaxed));
    let left = told.lock().unwrap().clone();
    let there: BTreeMap<u64, u32> = cache.iter().map(|(key, value)| (value, key)).collect();
    assert_eq!(there.len(), cache.len());
    for value in there.keys() {
        assert!(!left.contains_key(value), "{value} was told and is there");
    }
    for (value, key) in inserted {
        let of = left.get(&value).map(|(key, _)| key);
        assert_eq!(of.or(there.get(&value)), Some(&key), "{value} was lost");
    }
}

#[test]
fn told_once_or_still_there() {
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        exactly_once(policy, 5_000);
    }
}

/// The counters of a cache say the same as its listener.
#[test]
fn as_many_as_were_counted() {
    in_both_scopes!(|cache| cache.capacity(5), |cache, told| {
        let mut dice = 1_u32;
        for value in 0..5_000 {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = (dice >> 8) % 20;
            match (dice >> 16) % 8 {
                0 => {
                    cache.remove(&key);
                }
                1..=3 => {
                    cache.insert(key, value);
                }
                _ => {
                    cache.get_or_insert_with(&key, || value);
                }
            }
        }
        let evicted = |told: &&(u32, u32, Cause)| told.2 == Cause::Evicted;
        let evicted = told.take().iter().filter(evicted).count();
        assert_eq!(evicted as u64, cache.info().evictions);
        assert!(evicted > 100);
    });
}
