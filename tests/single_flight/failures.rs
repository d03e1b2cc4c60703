use crate::tools::{Count, Counter, Gate, Runs, Watched, watched};
use memofn::{Cache, memoize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

const THREADS: usize = 8;

#[test]
fn a_panic_goes_to_the_leaders_caller_and_one_who_waits_takes_over() {
    watched(|| {
        let cache = Cache::unbounded();
        let (runs, compared) = (Runs::new(), Count::default());
        let answers: Vec<_> = thread::scope(|scope| {
            let ask = || {
                catch_unwind(AssertUnwindSafe(|| {
                    cache.get_or_insert_with(&Watched::new(1, &compared), || {
                        let first = runs.add() == 1;
                        compared.reaches(THREADS - 1);
                        assert!(!first, "the first one fails");
                        'a'
                    })
                }))
                .ok()
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_none()).count(), 1);
        assert_eq!(answers.iter().flatten().count(), THREADS - 1);
        let info = cache.info();
        assert_eq!((runs.get(), info.misses, info.hits), (2, 2, 6));
        assert_eq!(info.len, 1);
    });
}

#[test]
fn a_body_that_always_panics_runs_once_for_each_caller() {
    watched(|| {
        let cache = Cache::<u8, u8>::unbounded();
        let runs = Runs::new();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let call = catch_unwind(AssertUnwindSafe(|| {
                        cache.get_or_insert_with(&1, || {
                            runs.add();
                            panic!("always")
                        })
                    }));
                    assert!(call.is_err());
                });
            }
        });
        let info = cache.info();
        assert_eq!(
            (runs.get(), info.misses, info.hits, info.len),
            (THREADS, 8, 0, 0)
        );
    });
}

#[test]
fn an_error_reaches_those_who_waited() {
    static RUNS: Runs = Runs::new();

    #[memoize]
    fn fails(key: &Watched) -> Result<u32, String> {
        RUNS.add();
        key.compared.reaches(THREADS - 1);
        Err("no".to_owned())
    }

    watched(|| {
        let compared = Count::default();
        thread::scope(|scope| {
            for _ in 0..THREADS {
                let ask = || assert_eq!(fails(&Watched::new(1, &compared)), Err("no".to_owned()));
                scope.spawn(ask);
            }
        });
        let info = fails_cache_info();
        assert_eq!(
            (RUNS.get(), info.misses, info.hits, info.coalesced),
            (1, 1, 7, 7)
        );
        assert_eq!((info.errors, info.len), (1, 0));
    });
}

#[test]
fn an_error_that_cannot_be_cloned_lets_each_compute_at_once() {
    #[derive(Debug)]
    struct NotClone;

    static LEADS: Counter = Counter::new();

    #[memoize]
    fn fails(key: &Watched, others: &'static Meet) -> Result<u32, NotClone> {
        if LEADS.add() == 1 {
            key.compared.reaches(THREADS - 1);
        } else {
            // All those who have waited are in here at the same time.
            others.0.wait();
        }
        Err(NotClone)
    }

    struct Meet(Barrier);
    impl std::hash::Hash for Meet {
        fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
    }
    impl PartialEq for Meet {
        fn eq(&self, _: &Self) -> bool {
            true
        }
    }
    impl Eq for Meet {}
    impl Clone for Meet {
        fn clone(&self) -> Self {
            Self(Barrier::new(1))
        }
    }

    watched(|| {
        let compared = Count::default();
        let meet: &'static Meet = Box::leak(Box::new(Meet(Barrier::new(THREADS - 1))));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| assert!(fails(&Watched::new(1, &compared), meet).is_err()));
            }
        });
        let info = fails_cache_info();
        assert_eq!(
            (info.misses, info.hits, info.coalesced, info.errors),
            (8, 0, 0, 8)
        );
    });
}

#[test]
fn an_eq_that_panics_is_the_joining_callers_own() {
    #[derive(Clone)]
    struct Touchy(u32);
    impl std::hash::Hash for Touchy {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }
    impl PartialEq for Touchy {
        fn eq(&self, _: &Self) -> bool {
            panic!("don't compare")
        }
    }
    impl Eq for Touchy {}

    watched(|| {
        let cache = Cache::unbounded();
        let (begun, over) = (Gate::default(), Gate::default());
        thread::scope(|scope| {
            let leads = scope.spawn(|| {
                cache.get_or_insert_with(&Touchy(1), || {
                    begun.open();
                    over.pass();
                    'a'
                })
            });
            begun.pass();
            let joins = AssertUnwindSafe(|| cache.get_or_insert_with(&Touchy(1), || 'b'));
            assert!(catch_unwind(joins).is_err());
            over.open();
            assert_eq!(leads.join().unwrap(), 'a');
        });
        let info = cache.info();
        assert_eq!((info.misses, info.hits, info.len), (2, 0, 1));
    });
}

#[test]
fn a_clone_that_panics_where_it_is_shared_leaves_the_others_to_themselves() {
    struct Fragile(&'static Runs);
    impl Clone for Fragile {
        fn clone(&self) -> Self {
            // The copy that is stored, and the one that is shared.
            assert!(self.0.add() != 2, "the second copy");
            Self(self.0)
        }
    }

    watched(|| {
        let copies: &'static Runs = Box::leak(Box::default());
        let cache = Cache::unbounded();
        let compared = Count::default();
        let panics: usize = thread::scope(|scope| {
            let ask = || {
                let call = AssertUnwindSafe(|| {
                    cache.get_or_insert_with(&Watched::new(1, &compared), || {
                        compared.reaches(3);
                        Fragile(copies)
                    })
                });
                usize::from(catch_unwind(call).is_err())
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        // The leader's. The others find what it has stored.
        assert_eq!(panics, 1);
        let info = cache.info();
        assert_eq!(
            (info.misses, info.hits, info.coalesced, info.len),
            (1, 3, 0, 1)
        );
    });
}

#[test]
fn an_error_of_a_closure_lets_each_compute_at_once() {
    watched(|| {
        let cache = Cache::<Watched, u32>::unbounded();
        let (compared, leads) = (Count::default(), Runs::new());
        let others = Barrier::new(THREADS - 1);
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let key = Watched::new(1, &compared);
                    let got = cache.try_get_or_insert_with(&key, || {
                        if leads.add() == 1 {
                            compared.reaches(THREADS - 1);
                        } else {
                            others.wait();
                        }
                        Err("no")
                    });
                    assert_eq!(got, Err("no"));
                });
            }
        });
        let info = cache.info();
        assert_eq!((info.misses, info.hits, info.errors), (8, 0, 8));
    });
}
