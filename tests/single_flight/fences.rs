//! What began before `clear`, `remove`, `insert` or `refresh` isn't stored after it, and isn't joined.

use crate::tools::{Count, Counter, Gate, Runs, Watched, watched};
use memofn::{Cache, memoize};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;

/// A computation begins; then `fence` happens; then another call comes, while the first one is still
/// under way. Gives what that one got, how often bodies ran, and what is stored in the end.
fn around(
    fence: impl FnOnce(&Cache<Watched, char>, Watched) + Send,
) -> (char, usize, Option<char>) {
    let cache = Cache::unbounded();
    let (begun, over) = (Gate::default(), Gate::default());
    let (runs, compared) = (Runs::new(), Count::default());
    let key = || Watched::new(1, &compared);
    let later = thread::scope(|scope| {
        let leads = scope.spawn(|| {
            cache.get_or_insert_with(&key(), || {
                runs.add();
                begun.open();
                over.pass();
                'o'
            })
        });
        begun.pass();
        let waited = compared.get();
        // Who began before gets the old result.
        let joined = scope.spawn(|| {
            cache.get_or_insert_with(&key(), || {
                runs.add();
                'j'
            })
        });
        compared.reaches(waited + 1);
        fence(&cache, key());
        let later = cache.get_or_insert_with(&key(), || {
            runs.add();
            'n'
        });
        over.open();
        assert_eq!(leads.join().unwrap(), 'o');
        assert_eq!(joined.join().unwrap(), 'o');
        later
    });
    (later, runs.get(), cache.peek(&key()))
}

#[test]
fn clear() {
    watched(|| assert_eq!(around(|cache, _| cache.clear()), ('n', 2, Some('n'))));
}

#[test]
fn remove() {
    let removed =
        |cache: &Cache<Watched, char>, key: Watched| assert!(cache.remove(&key).is_none());
    watched(move || assert_eq!(around(removed), ('n', 2, Some('n'))));
}

#[test]
fn insert() {
    let inserted =
        |cache: &Cache<Watched, char>, key: Watched| assert!(cache.insert(key, 'i').is_none());
    watched(move || assert_eq!(around(inserted), ('i', 1, Some('i'))));
}

#[test]
fn an_insert_that_stores_nothing() {
    watched(|| {
        let cache = Cache::builder().cache_if(|value| *value != 'x').build();
        let (begun, over) = (Gate::default(), Gate::default());
        thread::scope(|scope| {
            let leads = scope.spawn(|| {
                cache.get_or_insert_with(&1, || {
                    begun.open();
                    over.pass();
                    'o'
                })
            });
            begun.pass();
            cache.insert(1, 'x');
            over.open();
            assert_eq!(leads.join().unwrap(), 'o');
        });
        assert!(cache.is_empty());
    });
}

#[test]
fn refresh() {
    static BEGUN: [Counter; 2] = [Counter::new(), Counter::new()];
    static OVER: [Counter; 2] = [Counter::new(), Counter::new()];
    static RUNS: Runs = Runs::new();

    #[memoize]
    fn slow(_key: u32) -> usize {
        let run = RUNS.add();
        BEGUN[run - 1].add();
        OVER[run - 1].reaches(1);
        run
    }

    watched(|| {
        thread::scope(|scope| {
            let old = scope.spawn(|| slow(1));
            BEGUN[0].reaches(1);
            let refresh = scope.spawn(|| slow_cache_refresh(1));
            BEGUN[1].reaches(1);
            // The first one ends after the refresh began, and isn't stored.
            OVER[0].add();
            assert_eq!(old.join().unwrap(), 1);
            assert_eq!(slow_cache_get(1), None);
            OVER[1].add();
            assert_eq!(refresh.join().unwrap(), 2);
            assert_eq!(slow_cache_get(1), Some(2));
        });
    });
}

/// What is done while nothing can be stored keeps out what began before it, too.
#[test]
fn a_refresh_while_there_is_no_room() {
    #[memoize(capacity = 5, skip(outer))]
    fn slow(outer: bool) -> bool {
        if outer {
            slow_cache().set_capacity(0);
            assert!(!slow_cache_refresh(false));
            slow_cache().set_capacity(5);
        }
        outer
    }
    watched(|| {
        assert!(slow(true));
        assert_eq!(slow_cache_get(), None);
    });
}

#[test]
fn an_insert_whose_room_is_taken_away() {
    static SHRINKS: AtomicBool = AtomicBool::new(false);

    #[memoize(capacity = 5, max_weight = 100, weight = |_, _| {
        if SHRINKS.swap(false, SeqCst) {
            slow_cache().set_capacity(0);
        }
        1
    })]
    fn slow(key: u32) -> char {
        SHRINKS.store(true, SeqCst);
        slow_cache_insert(key, 'i');
        slow_cache().set_capacity(5);
        'o'
    }
    watched(|| {
        assert_eq!(slow(1), 'o');
        assert_eq!(slow_cache_get(1), None);
    });
}

#[test]
fn retain_and_set_capacity_fence_nothing() {
    let retained = |cache: &Cache<Watched, char>, _: Watched| cache.retain(|_, _| false);
    let resized = |cache: &Cache<Watched, char>, _: Watched| cache.set_capacity(3);
    watched(move || {
        for (later, runs, stored) in [joined_after(retained), joined_after(resized)] {
            assert_eq!((later, runs, stored), ('o', 1, Some('o')));
        }
    });
}

/// As [`around`], but the later call may join.
fn joined_after(
    between: impl FnOnce(&Cache<Watched, char>, Watched) + Send,
) -> (char, usize, Option<char>) {
    let cache = Cache::unbounded();
    let (begun, over) = (Gate::default(), Gate::default());
    let (runs, compared) = (Runs::new(), Count::default());
    let key = || Watched::new(1, &compared);
    let later = thread::scope(|scope| {
        scope.spawn(|| {
            cache.get_or_insert_with(&key(), || {
                runs.add();
                begun.open();
                over.pass();
                'o'
            })
        });
        begun.pass();
        between(&cache, key());
        let joins = scope.spawn(|| {
            cache.get_or_insert_with(&key(), || {
                runs.add();
                'n'
            })
        });
        compared.reaches(1);
        over.open();
        joins.join().unwrap()
    });
    (later, runs.get(), cache.peek(&key()))
}
