//! Calls that join each other: one computation, no lost wake, no cycle, no answer from before a fence.
//! loom reports a wait that nobody ends.

use crate::builder::CacheBuilder;
use crate::cache::Cache;
use crate::miss::Miss;
use crate::models::watched::Watched;
use crate::models::{explore, watched};
use loom::sync::atomic::{AtomicU32, Ordering::SeqCst};
use loom::thread::spawn;
use std::sync::Arc;

type Values = Arc<Cache<u32, Watched>>;

fn cache() -> Values {
    // No expiry, no wait that ends by itself: loom knows no time.
    let cache = CacheBuilder::new().hasher(std::hash::BuildHasherDefault::<
        std::collections::hash_map::DefaultHasher,
    >::default());
    Arc::new(cache.capacity(4).build_for())
}

fn aside(
    cache: &Values,
    work: impl FnOnce(&Cache<u32, Watched>) + 'static,
) -> loom::thread::JoinHandle<()> {
    let cache = Arc::clone(cache);
    spawn(move || work(&cache))
}

fn ends(cache: Values) {
    drop(cache);
    assert!(watched::all_dropped_once());
}

fn counts(cache: &Values) -> (u64, u64, u64) {
    let info = cache.info();
    assert!(info.coalesced <= info.hits);
    (info.misses, info.hits, info.coalesced)
}

#[test]
fn two_calls_of_one_key_compute_once() {
    explore(2, || {
        let cache = cache();
        let runs = Arc::new(AtomicU32::new(0));
        let call = |runs: Arc<AtomicU32>| {
            move |cache: &Cache<u32, Watched>| {
                let got = cache.get_or_insert_with(&1, || {
                    runs.fetch_add(1, SeqCst);
                    Watched::new(10)
                });
                assert_eq!(got.number(), 10);
            }
        };
        let other = aside(&cache, call(Arc::clone(&runs)));
        call(Arc::clone(&runs))(&cache);
        other.join().unwrap();
        assert_eq!(runs.load(SeqCst), 1);
        let (misses, hits, _) = counts(&cache);
        assert_eq!((misses, hits), (1, 1));
        ends(cache);
    });
}

/// One gives its computation up; the other is answered by nobody, and computes.
#[test]
fn who_waits_for_a_computation_that_is_given_up_takes_over() {
    explore(2, || {
        let cache = cache();
        let other = aside(&cache, |cache| {
            let got = cache.get_or_insert_with(&1, || Watched::new(10));
            assert_eq!(got.number(), 10);
        });
        let hash = cache.keys.hash(&1);
        let copy = cache.outcomes.copy;
        if let Ok(value) = Miss::look_up(&*cache, || hash, |key| *key == 1, || 1, copy) {
            assert_eq!(value.number(), 10);
        };
        other.join().unwrap();
        assert_eq!(cache.peek(&1).map(|value| value.number()), Some(10));
        let (misses, hits, _) = counts(&cache);
        assert_eq!(misses + hits, 2);
        ends(cache);
    });
}

/// Each asks for the other's key from inside its own computation.
#[test]
fn two_computations_that_ask_for_each_other_both_end() {
    explore(2, || {
        let cache = cache();
        let call = |first: u32| {
            move |cache: &Cache<u32, Watched>| {
                let got = cache.get_or_insert_with(&first, || {
                    let second = 3 - first;
                    let inner = cache.get_or_insert_with(&second, || Watched::new(10 * second));
                    assert_eq!(inner.number(), 10 * second);
                    Watched::new(10 * first)
                });
                assert_eq!(got.number(), 10 * first);
            }
        };
        let other = aside(&cache, call(2));
        call(1)(&cache);
        other.join().unwrap();
        let (misses, hits, _) = counts(&cache);
        // An inner call for each that wasn't a hit.
        assert!((2..=4).contains(&(misses + hits)), "{misses} {hits}");
        ends(cache);
    });
}

/// A call after a fence is never answered by a computation that began before it.
fn not_joined(fence: fn(&Cache<u32, Watched>)) {
    let cache = cache();
    let state = Arc::new(AtomicU32::new(0));
    let caller = {
        let state = Arc::clone(&state);
        aside(&cache, move |cache| {
            cache.get_or_insert_with(&1, || Watched::new(state.load(SeqCst)));
        })
    };
    state.store(1, SeqCst);
    fence(&cache);
    let later = cache.get_or_insert_with(&1, || Watched::new(1)).number();
    assert_eq!(later, 1);
    caller.join().unwrap();
    assert_eq!(cache.peek(&1).map(|value| value.number()), Some(1));
    ends(cache);
}

#[test]
fn a_call_after_a_clear_joins_nothing_from_before() {
    explore(2, || not_joined(Cache::clear));
}

#[test]
fn a_call_after_a_removal_joins_nothing_from_before() {
    explore(2, || {
        not_joined(|cache| {
            cache.remove(&1);
        });
    });
}

#[test]
fn a_call_after_an_insertion_joins_nothing_from_before() {
    explore(2, || {
        not_joined(|cache| {
            cache.insert(1, Watched::new(1));
        });
    });
}
