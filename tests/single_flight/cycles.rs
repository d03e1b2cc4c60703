//! Waits that would close a cycle, seen or unseen.

use crate::tools::{Runs, watched};
use memofn::{Cache, memoize};
use std::sync::Barrier;
use std::thread;

#[test]
fn mutual_recursion_from_many_threads() {
    #[memoize]
    fn even(n: u32) -> bool {
        n == 0 || odd(n - 1)
    }

    #[memoize]
    fn odd(n: u32) -> bool {
        n != 0 && even(n - 1)
    }

    watched(|| {
        for _ in 0..50 {
            even_cache_clear();
            odd_cache_clear();
            thread::scope(|scope| {
                for thread in 0..8 {
                    scope.spawn(move || {
                        for n in (0..60).rev() {
                            let n = (n + thread * 7) % 60;
                            assert_eq!(even(n), n % 2 == 0);
                            assert_eq!(odd(n), n % 2 == 1);
                        }
                    });
                }
            });
        }
    });
}

/// `threads` computations, of which each asks for the next one's key once all have begun.
fn ring(threads: usize) {
    fn value(
        cache: &Cache<usize, usize>,
        key: usize,
        depth: usize,
        begun: &Barrier,
        threads: usize,
    ) -> usize {
        cache.get_or_insert_with(&key, || {
            if depth == 0 {
                begun.wait();
            }
            if depth < threads {
                value(cache, (key + 1) % threads, depth + 1, begun, threads) + 1
            } else {
                0
            }
        })
    }

    let cache = Cache::unbounded();
    let begun = Barrier::new(threads);
    thread::scope(|scope| {
        for key in 0..threads {
            let (cache, begun) = (&cache, &begun);
            scope.spawn(move || value(cache, key, 0, begun, threads));
        }
    });
    let info = cache.info();
    assert_eq!(info.len, threads);
    assert!(info.misses > threads as u64, "{info}");
}

#[test]
fn cycles_of_keys_across_two_threads_and_three_and_more() {
    watched(|| {
        for threads in [2, 3, 4, 7] {
            for _ in 0..100 {
                ring(threads);
            }
        }
    });
}

/// A key of each function asks for a key of the next one, in a cycle through three functions.
#[test]
fn a_cycle_through_three_functions() {
    #[memoize]
    fn first(n: u32) -> u32 {
        if n == 0 { 1 } else { second(n - 1) }
    }
    #[memoize]
    fn second(n: u32) -> u32 {
        if n == 0 { 2 } else { third(n - 1) }
    }
    #[memoize]
    fn third(n: u32) -> u32 {
        if n == 0 { 3 } else { first(n - 1) }
    }

    watched(|| {
        for _ in 0..50 {
            first_cache_clear();
            second_cache_clear();
            third_cache_clear();
            thread::scope(|scope| {
                for thread in 0..6 {
                    scope.spawn(move || {
                        for n in 0..40 {
                            let n = (n * 13 + thread * 5) % 40;
                            assert_eq!(first(n), n % 3 + 1);
                            assert_eq!(third(n), (n + 2) % 3 + 1);
                        }
                    });
                }
            });
        }
    });
}

/// Rayon's threads take over any work while they wait for their own, so a computation may find below
/// it on the stack whatever it waits for: nobody can see that. Nor that a thread with nothing else on its
/// stack works for a computation elsewhere: so it waits less long where a function recurses over threads.
#[test]
fn work_that_is_stolen_inside_the_body() {
    #[memoize]
    fn tree(n: u32) -> u64 {
        if n < 2 {
            return u64::from(n);
        }
        let (left, right) = rayon::join(|| tree(n - 1), || tree(n - 2));
        left + right
    }

    watched(|| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(8)
            .build()
            .unwrap();
        for round in 0..2_000 {
            tree_cache_clear();
            assert_eq!(pool.install(|| tree(12)), 144, "round {round}");
        }
    });
}

/// The body asks other threads for memoized results, which ask for its own.
#[test]
fn bodies_that_block_on_the_memoized_calls_of_other_threads() {
    static RUNS: Runs = Runs::new();

    #[memoize]
    fn left(n: u32) -> u32 {
        RUNS.add();
        if n == 0 {
            return 0;
        }
        thread::scope(|scope| scope.spawn(|| right(n - 1)).join().unwrap() + 1)
    }

    #[memoize]
    fn right(n: u32) -> u32 {
        RUNS.add();
        if n == 0 {
            return 0;
        }
        thread::scope(|scope| scope.spawn(|| left(n - 1)).join().unwrap() + 1)
    }

    watched(|| {
        for _ in 0..20 {
            left_cache_clear();
            right_cache_clear();
            thread::scope(|scope| {
                for thread in 0..6 {
                    scope.spawn(move || {
                        assert_eq!(left(10 - thread), 10 - thread);
                        assert_eq!(right(5 + thread), 5 + thread);
                    });
                }
            });
        }
        assert!(RUNS.get() >= 20 * 20);
    });
}
