//! Whole caches: clears, fences, the order of use. All keys have the same hash.

use crate::builder::CacheBuilder;
use crate::cache::Cache;
use crate::miss::Miss;
use crate::models::watched::Watched;
use crate::models::{explore, explore_all, watched};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use loom::thread::spawn;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

#[derive(Default)]
struct Same;

impl Hasher for Same {
    fn finish(&self) -> u64 {
        1
    }
    fn write(&mut self, _: &[u8]) {}
}

type Values = Arc<Cache<u32, Watched>>;

fn value(number: u32) -> Watched {
    Watched::new(number)
}

fn number(value: Option<Watched>) -> Option<u32> {
    value.map(|value| value.number())
}

fn cache(capacity: usize) -> Values {
    built(CacheBuilder::new().capacity(capacity))
}

fn built(cache: CacheBuilder<u32, Watched>) -> Values {
    let hasher = BuildHasherDefault::<Same>::default();
    // loom runs all threads of a model on one: what it watches is not `Sync`.
    Arc::new(cache.hasher(hasher).build_for())
}

/// Runs on another thread of the model.
fn aside(
    cache: &Values,
    work: impl FnOnce(&Cache<u32, Watched>) + 'static,
) -> loom::thread::JoinHandle<()> {
    let cache = Arc::clone(cache);
    spawn(move || work(&cache))
}

/// A hit, from which on this thread's hits need no lock.
fn warm(cache: &Values, key: u32) {
    assert_eq!(number(cache.get(&key)), Some(10 * key));
}

fn ends(cache: Values) {
    drop(cache);
    assert!(watched::all_dropped_once());
}

#[test]
fn a_clear_against_a_hit() {
    explore_all(|| {
        let cache = cache(4);
        cache.insert(1, value(10));
        warm(&cache, 1);
        let clears = aside(&cache, Cache::clear);
        let hit = number(cache.get(&1));
        assert!(matches!(hit, None | Some(10)));
        clears.join().unwrap();
        assert_eq!((cache.len(), number(cache.peek(&1))), (0, None));
        let info = cache.info();
        assert!(info.hits + info.misses <= 1, "{info}");
        ends(cache);
    });
}

#[test]
fn a_removal_against_a_hit() {
    explore_all(|| {
        let cache = cache(4);
        cache.insert(1, value(10));
        cache.insert(2, value(20));
        warm(&cache, 1);
        let removes = aside(&cache, |cache| {
            assert_eq!(number(cache.remove(&1)), Some(10));
        });
        assert_eq!(
            number(cache.get(&2)),
            Some(20),
            "the other one is always there"
        );
        removes.join().unwrap();
        let info = cache.info();
        assert_eq!((info.hits, info.misses, info.len), (2, 0, 1));
        ends(cache);
    });
}

/// A call of 1 whose body reads `state`, while that is changed and then `forget` forgets what was
/// computed before. The cache holds one entry.
fn fenced(forget: fn(&Cache<u32, Watched>), after: fn(Option<u32>) -> bool) {
    let cache = cache(1);
    let state = Arc::new(AtomicU32::new(0));
    let caller = {
        let state = Arc::clone(&state);
        aside(&cache, move |cache| {
            cache.get_or_insert_with(&1, || value(state.load(Relaxed)));
        })
    };
    state.store(1, Relaxed);
    forget(&cache);
    let seen = number(cache.peek(&1));
    assert!(after(seen), "{seen:?} right after the fence");
    caller.join().unwrap();
    let seen = number(cache.peek(&1));
    assert!(after(seen), "{seen:?} in the end");
    ends(cache);
}

/// Nothing, or what was computed after the change.
fn none_or_new(seen: Option<u32>) -> bool {
    matches!(seen, None | Some(1))
}

#[test]
fn a_computation_from_before_a_clear_is_not_stored() {
    explore_all(|| fenced(Cache::clear, none_or_new));
}

#[test]
fn a_computation_from_before_a_removal_is_not_stored() {
    explore_all(|| fenced(|cache| drop(cache.remove(&1)), none_or_new));
}

#[test]
fn a_computation_from_before_an_insertion_is_not_stored() {
    explore_all(|| {
        fenced(
            |cache| drop(cache.insert(1, value(7))),
            |seen| seen == Some(7),
        );
    });
}

#[test]
fn nor_when_what_was_inserted_has_left() {
    explore(3, || {
        fenced(
            |cache| {
                cache.insert(1, value(7));
                cache.insert(2, value(20));
            },
            none_or_new,
        );
    });
}

/// A refresh that comes to nothing keeps what is there when it begins; what isn't there by then doesn't
/// come later.
#[test]
fn a_computation_from_before_a_refresh_is_not_stored() {
    explore_all(|| {
        // The caller doesn't wait for the refresh, which is held up below until it has come back.
        let cache = built(CacheBuilder::new().capacity(1).single_flight(false));
        let state = Arc::new(AtomicU32::new(0));
        let caller = {
            let state = Arc::clone(&state);
            aside(&cache, move |cache| {
                cache.get_or_insert_with(&1, || value(state.load(Relaxed)));
            })
        };
        state.store(1, Relaxed);
        let refresh = Miss::refresh(&*cache, cache.keys.hash(&1), || 1);
        let kept = cache.contains_key(&1);
        caller.join().unwrap();
        drop(refresh);
        let seen = number(cache.peek(&1));
        assert!(kept || none_or_new(seen), "{seen:?} in the end");
        ends(cache);
    });
}

#[test]
fn a_computation_from_before_the_end_of_a_refresh_is_not_stored() {
    explore_all(|| {
        fenced(
            |cache| {
                let refresh = Miss::refresh(cache, cache.keys.hash(&1), || 1);
                refresh.finish(value(7));
            },
            |seen| matches!(seen, Some(1 | 7)),
        );
    });
}

/// Two calls at once leave one entry, and both have the right value.
#[test]
fn two_calls_of_one_key() {
    explore_all(|| {
        let cache = cache(4);
        let call = |cache: &Cache<u32, Watched>| {
            let got = cache.get_or_insert_with(&1, || value(10));
            assert_eq!(got.number(), 10);
        };
        let other = aside(&cache, call);
        call(&cache);
        other.join().unwrap();
        let info = cache.info();
        assert_eq!((info.hits + info.misses, info.len), (2, 1));
        ends(cache);
    });
}

/// One hash, two keys: neither gets the other's value.
#[test]
fn two_calls_of_colliding_keys() {
    explore_all(|| {
        let cache = cache(4);
        let call = |cache: &Cache<u32, Watched>, key: u32| {
            let got = cache.get_or_insert_with(&key, || value(10 * key));
            assert_eq!(got.number(), 10 * key);
        };
        let other = aside(&cache, move |cache| call(cache, 2));
        call(&cache, 1);
        other.join().unwrap();
        assert_eq!(number(cache.get(&1)), Some(10));
        assert_eq!(number(cache.get(&2)), Some(20));
        let info = cache.info();
        assert_eq!((info.hits, info.misses, info.len), (2, 2, 2));
        ends(cache);
    });
}

/// A hit stamps an entry while the queue is being repaired and the entry may be the victim.
#[test]
fn a_hit_while_another_thread_evicts() {
    explore_all(|| {
        let cache = cache(2);
        cache.insert(1, value(10));
        cache.insert(2, value(20));
        warm(&cache, 1);
        let evicts = aside(&cache, |cache| drop(cache.insert(3, value(30))));
        let hit = number(cache.get(&1));
        assert!(matches!(hit, None | Some(10)));
        evicts.join().unwrap();
        // 1 was used after 2, whichever way the other hit went.
        let kept: Vec<u32> = (1..=3).filter(|key| cache.contains_key(key)).collect();
        assert_eq!((kept, hit), (vec![1, 3], Some(10)));
        cache.insert(4, value(40));
        cache.insert(5, value(50));
        let kept: Vec<u32> = (1..=5).filter(|key| cache.contains_key(key)).collect();
        let info = cache.info();
        assert_eq!((kept, info.evictions, info.len), (vec![4, 5], 3, 2));
        ends(cache);
    });
}
