//! No call is lost, whatever threads come and go, and none is counted for another cache.

use crate::{THREADS, all_at_once, scaled};
use memofn::Cache;
use std::cell::RefCell;
use std::sync::{Arc, Barrier, mpsc};
use std::thread;

/// Threads that live for a few calls give their counters to the next ones.
#[test]
fn short_lived_threads_lose_no_hit() {
    let cache: Cache<u32, u32> = Cache::new(16);
    let rounds = scaled(60);
    for round in 1..=u64::from(rounds) {
        thread::scope(|threads| {
            for thread in 0..THREADS {
                let cache = &cache;
                threads.spawn(move || {
                    for call in 0..50 {
                        let key = (call + thread) % 10;
                        assert_eq!(cache.get_or_insert_with(&key, || key * 2), key * 2);
                    }
                });
            }
        });
        let info = cache.info();
        assert_eq!(info.hits + info.misses, round * u64::from(THREADS) * 50);
        assert_eq!(info.len, 10);
    }
}

/// Numbers of caches are used again; hits of the caches that had them before don't count.
#[test]
fn a_new_cache_has_no_hits() {
    for _ in 0..scaled(100) {
        let caches: Vec<Cache<u32, u32>> = (0..3).map(|_| Cache::new(4)).collect();
        for (cache, hits) in caches.iter().zip([5, 0, 9]) {
            cache.insert(1, 1);
            thread::scope(|threads| {
                for _ in 0..2 {
                    threads.spawn(|| (0..hits).for_each(|_| assert_eq!(cache.get(&1), Some(1))));
                }
            });
            let info = cache.info();
            assert_eq!((info.hits, info.misses), (2 * hits, 0));
        }
    }
}

/// A clear takes away what other threads have counted, and nothing that they count later.
#[test]
fn a_clear_zeroes_the_hits_of_all_threads() {
    let cache: Cache<u32, u32> = Cache::new(8);
    let (counted, cleared) = (Barrier::new(3), Barrier::new(3));
    let rounds = u64::from(scaled(500));
    let (mut seen, mut wanted) = (Vec::new(), Vec::new());
    thread::scope(|threads| {
        for thread in 0..2 {
            let (cache, counted, cleared) = (&cache, &counted, &cleared);
            threads.spawn(move || {
                for round in 0..rounds {
                    for _ in 0..round % 5 + thread {
                        assert_eq!(cache.get_or_insert_with(&1, || 1), 1);
                    }
                    counted.wait();
                    cleared.wait();
                }
            });
        }
        for round in 0..rounds {
            counted.wait();
            let before = cache.info();
            cache.clear();
            let after = cache.info();
            // Not asserted here: the others would wait for ever.
            seen.push((before.hits + before.misses, after.hits + after.misses));
            wanted.push((2 * (round % 5) + 1, 0));
            cleared.wait();
        }
    });
    assert_eq!(seen, wanted);
}

/// Calls the cache when its thread ends.
struct Late {
    cache: Arc<Cache<u32, u32>>,
    done: mpsc::Sender<()>,
}

impl Drop for Late {
    fn drop(&mut self) {
        for key in 0..20 {
            assert_eq!(
                self.cache.get_or_insert_with(&(key % 10), || key % 10),
                key % 10
            );
        }
        self.done.send(()).unwrap();
    }
}

thread_local! {
    static LATE: RefCell<Vec<Late>> = const { RefCell::new(Vec::new()) };
}

/// The destructors of thread-locals may run before and after the one that gives the thread's counters
/// back.
#[test]
fn destructors_of_thread_locals_are_counted_too() {
    let cache = Arc::new(Cache::new(16));
    let (done, all_done) = mpsc::channel();
    let mut calls = 0;
    for round in 0..scaled(25) {
        for first in [true, false] {
            let started: Vec<_> = (0..THREADS)
                .map(|_| {
                    let (cache, done) = (Arc::clone(&cache), done.clone());
                    thread::spawn(move || {
                        let call = || assert_eq!(cache.get_or_insert_with(&1, || 1), 1);
                        if first {
                            call();
                        }
                        let late = Late {
                            cache: Arc::clone(&cache),
                            done,
                        };
                        LATE.with_borrow_mut(|all| all.push(late));
                        call();
                    })
                })
                .collect();
            for thread in started {
                thread.join().unwrap();
                all_done.recv().unwrap();
            }
            calls += u64::from(THREADS) * (21 + u64::from(first));
            let info = cache.info();
            assert_eq!(info.hits + info.misses, calls, "round {round}: {info}");
        }
    }
}

/// Counters are moved when a thread meets a cache with a higher number, while others add them up.
#[test]
fn caches_made_meanwhile_cost_no_hit() {
    let old: Cache<u32, u32> = Cache::new(4);
    old.insert(1, 1);
    let rounds = scaled(40);
    all_at_once(|thread, _| {
        let mut caches = Vec::new();
        for round in 0..rounds {
            let new: Cache<u32, u32> = Cache::new(4);
            new.insert(2, round);
            assert_eq!((old.get(&1), new.get(&2)), (Some(1), Some(round)));
            assert_eq!(new.info().hits, 1, "thread {thread}");
            assert!(old.info().hits > u64::from(round));
            caches.push(new);
        }
    });
    assert_eq!(old.info().hits, u64::from(rounds * THREADS));
}
