use crate::tools::{Count, Counter, Gate, Runs, Watched, watched};
use memofn::{Cache, memoize};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn who_has_waited_long_enough_computes() {
    watched(|| {
        let cache = Cache::builder().max_wait(Duration::from_millis(30)).build();
        let (begun, over) = (Gate::default(), Gate::default());
        thread::scope(|scope| {
            let leads = scope.spawn(|| {
                cache.get_or_insert_with(&1, || {
                    begun.open();
                    over.pass();
                    'a'
                })
            });
            begun.pass();
            let began = Instant::now();
            assert_eq!(cache.get_or_insert_with(&1, || 'b'), 'b');
            assert!(began.elapsed() >= Duration::from_millis(30));
            over.open();
            // Its own result, and what came in meanwhile stays.
            assert_eq!(leads.join().unwrap(), 'a');
            assert_eq!(cache.peek(&1), Some('b'));
        });
        let info = cache.info();
        assert_eq!((info.misses, info.hits, info.coalesced), (2, 0, 0));
    });
}

#[test]
fn who_is_inside_a_computation_does_not_wait_long() {
    #[memoize(capacity = 5)]
    fn outer(key: u32) -> char {
        assert_eq!(key, 1);
        inner(&Watched::new(1, &Count::default()))
    }

    static RUNS: Runs = Runs::new();

    #[memoize]
    fn inner(key: &Watched) -> char {
        if RUNS.add() == 1 {
            // Far longer than anybody inside waits; anybody else would.
            key.compared.reaches(2);
            'a'
        } else {
            'b'
        }
    }

    watched(|| {
        let compared = Count::default();
        thread::scope(|scope| {
            let leads = scope.spawn(|| inner(&Watched::new(1, &compared)));
            while RUNS.get() == 0 {
                thread::yield_now();
            }
            assert_eq!(outer(1), 'b');
            let joins = scope.spawn(|| inner(&Watched::new(1, &compared)));
            // It finds what `outer` has had stored.
            assert_eq!(joins.join().unwrap(), 'b');
            compared.add();
            compared.add();
            assert_eq!(leads.join().unwrap(), 'a');
        });
        let info = inner_cache_info();
        assert_eq!((info.misses, info.hits), (2, 1));
    });
}

#[test]
fn re_entry_with_the_same_key_computes_as_in_python() {
    static DEPTH: Runs = Runs::new();

    #[memoize]
    fn again(key: u32) -> usize {
        let depth = DEPTH.add();
        if depth < 5 { again(key) + 1 } else { 0 }
    }

    watched(|| {
        assert_eq!(again(1), 4);
        // The innermost was first, and stays.
        assert_eq!(again(1), 0);
        let info = again_cache_info();
        assert_eq!(
            (info.misses, info.hits, info.coalesced, info.len),
            (5, 1, 0, 1)
        );
    });
}

#[test]
fn re_entry_through_another_thread_is_bounded() {
    static DEPTH: Runs = Runs::new();

    #[memoize]
    fn through(key: u32) -> usize {
        if DEPTH.add() < 4 {
            // Nobody can see what this thread waits for.
            thread::spawn(move || entered(key)).join().unwrap() + 1
        } else {
            0
        }
    }

    /// Makes the new thread one that is inside a computation.
    #[memoize(capacity = 0)]
    fn entered(key: u32) -> usize {
        through(key)
    }

    watched(|| {
        assert_eq!(through(1), 3);
        assert_eq!(through_cache_info().misses, 4);
    });
}

/// A call does without a cache that another thread is slow to make. Who speaks of the cache itself
/// can't, inside a computation or not.
#[test]
fn the_cache_itself_is_waited_for() {
    static EVALUATED: Counter = Counter::new();
    static BEGUN: Counter = Counter::new();

    #[memoize(capacity = {
        BEGUN.add();
        EVALUATED.reaches(1);
        5
    })]
    fn slow(key: u32) -> u32 {
        key + 1
    }
    #[memoize]
    fn outer() -> u32 {
        let in_vain = slow(1);
        // Opened when this has waited longer than a computation waits.
        let opens = thread::spawn(|| {
            thread::sleep(Duration::from_millis(50));
            EVALUATED.add();
        });
        slow_cache_clear();
        opens.join().unwrap();
        in_vain + slow_cache_info().capacity.map_or(0, |_| 10)
    }
    watched(|| {
        let makes = thread::spawn(|| slow(7));
        BEGUN.reaches(1);
        assert_eq!(outer(), 12);
        assert_eq!(makes.join().unwrap(), 8);
    });
}
