use crate::tools::{Count, Counter, Runs, Watched, watched};
use memofn::{Cache, Policy, memoize};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Barrier};
use std::thread;

const THREADS: usize = 16;

/// `THREADS` ask for one key; the body goes on when all others have joined it.
fn all_at_once(cache: &Cache<Watched, String>) -> (usize, Vec<String>) {
    let (runs, compared) = (Runs::new(), Count::default());
    let answers = thread::scope(|scope| {
        let ask = || {
            cache.get_or_insert_with(&Watched::new(7, &compared), || {
                runs.add();
                compared.reaches(THREADS - 1);
                "seven".to_owned()
            })
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    (runs.get(), answers)
}

#[test]
fn sixteen_threads_run_the_body_once_and_the_others_are_coalesced_hits() {
    watched(|| {
        for policy in [Policy::Unbounded, Policy::Lru, Policy::Fifo, Policy::Lfu] {
            let cache = Cache::builder().policy(policy).build();
            let (runs, answers) = all_at_once(&cache);
            assert_eq!((runs, answers), (1, vec!["seven".to_owned(); THREADS]));
            let info = cache.info();
            assert_eq!(
                (info.misses, info.hits, info.coalesced),
                (1, 15, 15),
                "{policy}"
            );
            assert_eq!(info.len, 1);
        }
    });
}

#[test]
fn what_is_not_stored_is_shared_all_the_same() {
    watched(|| {
        let refused = Cache::builder().cache_if(|_: &String| false).build();
        assert_eq!(all_at_once(&refused).0, 1);
        assert_eq!(refused.info().coalesced, 15);
        let heavy = Cache::builder()
            .max_weight(10)
            .weight(|_, _: &String| 11)
            .build();
        assert_eq!(all_at_once(&heavy).0, 1);
        assert_eq!((heavy.info().coalesced, heavy.len()), (15, 0));
    });
}

#[test]
fn weighed_entries_are_stored_with_or_without_others() {
    watched(|| {
        let cache = Cache::builder()
            .max_weight(10)
            .weight(|key: &Watched, value: &String| u64::from(key.key) - value.len() as u64)
            .build();
        assert_eq!(all_at_once(&cache).0, 1);
        assert_eq!((cache.info().coalesced, cache.info().weight), (15, 2));
        let alone = Watched::new(9, &Count::default());
        cache.get_or_insert_with(&alone, || "nine".to_owned());
        assert_eq!((cache.info().len, cache.info().weight), (2, 7));
    });
}

#[test]
fn the_attribute_does_it_by_default() {
    static RUNS: Runs = Runs::new();

    #[memoize(capacity = 10)]
    fn slow(key: &Watched, text: &str) -> String {
        RUNS.add();
        key.compared.reaches(THREADS - 1);
        format!("{text} {}", key.key)
    }

    watched(|| {
        let compared = Count::default();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| assert_eq!(slow(&Watched::new(1, &compared), "x"), "x 1"));
            }
        });
        let info = slow_cache_info();
        assert_eq!(
            (RUNS.get(), info.misses, info.hits, info.coalesced),
            (1, 1, 15, 15)
        );
        assert!(info.to_string().contains("coalesced=15"), "{info}");
    });
}

/// Every key has the same hash.
#[derive(Default)]
struct Same;

impl Hasher for Same {
    fn finish(&self) -> u64 {
        1
    }
    fn write(&mut self, _: &[u8]) {}
}

#[test]
fn keys_with_equal_hashes_are_computed_at_the_same_time() {
    watched(|| {
        let cache = Cache::builder()
            .hasher(BuildHasherDefault::<Same>::default())
            .build();
        let all_in = Barrier::new(8);
        thread::scope(|scope| {
            for key in 0..8 {
                let (cache, all_in) = (&cache, &all_in);
                scope.spawn(move || {
                    let value = cache.get_or_insert_with(&key, || {
                        all_in.wait();
                        key * 10
                    });
                    assert_eq!(value, key * 10);
                });
            }
        });
        assert_eq!(
            (cache.info().misses, cache.info().coalesced, cache.len()),
            (8, 0, 8)
        );
    });
}

#[test]
fn equal_hashes_or_not_the_body_runs_once_for_each_key() {
    watched(|| {
        let cache = Cache::builder()
            .hasher(BuildHasherDefault::<Same>::default())
            .build();
        let runs: HashMap<u32, Runs> = (0..6).map(|key| (key, Runs::new())).collect();
        thread::scope(|scope| {
            for thread in 0..12_u32 {
                let (cache, runs) = (&cache, &runs);
                scope.spawn(move || {
                    for round in 0..6 {
                        let key = (thread + round) % 6;
                        let value = cache.get_or_insert_with(&key, || {
                            runs[&key].add();
                            thread::yield_now();
                            key * 10
                        });
                        assert_eq!(value, key * 10);
                    }
                });
            }
        });
        assert!(runs.values().all(|runs| runs.get() == 1));
        let info = cache.info();
        assert_eq!((info.misses, info.hits), (6, 66));
    });
}

#[test]
fn it_can_be_turned_off() {
    watched(|| {
        let all_in = Arc::new(Barrier::new(4));
        let off = Cache::builder().single_flight(false).build();
        let nothing = Cache::builder().capacity(0).build();
        for cache in [off, nothing] {
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        cache.get_or_insert_with(&1, || {
                            // Only with all four in here does it go on.
                            all_in.wait();
                            'a'
                        })
                    });
                }
            });
            let info = cache.info();
            assert_eq!((info.misses, info.hits, info.coalesced), (4, 0, 0));
        }
    });
}

#[test]
fn a_refresh_is_joined_where_nothing_is_stored_and_not_where_the_old_value_is() {
    static GATE: Counter = Counter::new();
    static RUNS: Runs = Runs::new();

    #[memoize]
    fn slow(_key: &Watched) -> usize {
        let run = RUNS.add();
        GATE.reaches(1);
        run
    }

    watched(|| {
        let compared = Count::default();
        let (first, second) = thread::scope(|scope| {
            let refresh = scope.spawn(|| slow_cache_refresh(&Watched::new(1, &compared)));
            while RUNS.get() == 0 {
                thread::yield_now();
            }
            let joins = scope.spawn(|| slow(&Watched::new(1, &compared)));
            compared.reaches(1);
            GATE.add();
            (refresh.join().unwrap(), joins.join().unwrap())
        });
        assert_eq!((first, second), (1, 1));
        let info = slow_cache_info();
        assert_eq!((info.hits, info.misses, info.coalesced), (1, 0, 1));
    });
}

#[test]
fn many_threads_and_keys_and_a_small_cache() {
    static RUNS: Runs = Runs::new();

    #[memoize(policy = "lru", capacity = 4)]
    fn text(key: u32) -> String {
        RUNS.add();
        thread::yield_now();
        key.to_string()
    }

    watched(|| {
        thread::scope(|scope| {
            for thread in 0..8_u32 {
                scope.spawn(move || {
                    for round in 0..5_000_u32 {
                        let key = (thread.wrapping_mul(31) ^ round.wrapping_mul(7)) % 9;
                        assert_eq!(text(key), key.to_string());
                    }
                });
            }
        });
        let info = text_cache_info();
        assert_eq!(info.hits + info.misses, 40_000);
        assert_eq!(info.misses, RUNS.get() as u64);
        assert_eq!(info.len, 4);
    });
}
