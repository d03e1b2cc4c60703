//! `testing::{disabled, isolated}`: functions without their caches, and with caches of their own, for the
//! calling thread.

use memofn::testing::{disabled, isolated};
use memofn::{Cache, LocalCache, Policy, memoize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Barrier};
use std::thread;

/// A module with functions and methods of both scopes that call each other.
macro_rules! functions {
    ($module:ident) => {
        mod $module {
            use memofn::memoize;
            use std::cell::Cell;

            thread_local! {
                pub static RUNS: Cell<u32> = const { Cell::new(0) };
            }

            fn run() {
                RUNS.set(RUNS.get() + 1);
            }

            #[memoize(capacity = 10)]
            pub fn square(n: u64) -> u64 {
                run();
                n * n
            }

            #[memoize(scope = "thread")]
            pub fn of_thread(n: u64) -> u64 {
                run();
                square(n)
            }

            pub struct Shape<const SIDES: u64>;

            impl<const SIDES: u64> Shape<SIDES> {
                #[memoize(skip(self))]
                pub fn sides(&self, times: u64) -> u64 {
                    run();
                    of_thread(times) * SIDES
                }

                #[memoize(skip(self), scope = "thread")]
                pub fn local(&self, times: u64) -> u64 {
                    run();
                    self.sides(times)
                }
            }

            /// Runs of bodies of this thread since this was last asked.
            pub fn runs() -> u32 {
                RUNS.replace(0)
            }

            /// Hits, misses and entries, of all of them.
            pub fn counts() -> [(u64, u64, usize); 5] {
                [
                    square_cache_info(),
                    of_thread_cache_info(),
                    Shape::<3>::sides_cache_info(),
                    Shape::<4>::sides_cache_info(),
                    Shape::<3>::local_cache_info(),
                ]
                .map(|info| (info.hits, info.misses, info.len))
            }
        }
    };
}

functions!(off);

#[test]
fn disabled_runs_bodies_and_leaves_no_trace() {
    use off::*;
    type Triangle = Shape<3>;
    square(2);
    Shape::<3>.local(2);
    let before = counts();
    runs();
    disabled(|| {
        for _ in 0..2 {
            assert_eq!(Shape::<3>.local(2), 12);
            assert_eq!(runs(), 4, "nested calls, too");
        }
        assert_eq!(Shape::<4>.sides(3), 36);
        assert_eq!(runs(), 3);
        assert_eq!((square_cache_get(2), of_thread_cache_get(2)), (None, None));
        assert_eq!(square_cache_insert(2, 5), None);
        assert_eq!(of_thread_cache_insert(7, 5), None);
        assert_eq!(
            (square_cache_remove(2), of_thread_cache_remove(2)),
            (None, None)
        );
        assert_eq!(
            (square_cache_refresh(2), of_thread_cache_refresh(2)),
            (4, 4)
        );
        assert_eq!(Triangle::sides_cache_get(2), None);
        assert_eq!(Shape::<3>.sides_uncached(2), 12);
        // The caches themselves are as ever.
        assert_eq!(counts(), before);
        assert_eq!(square_cache().peek(&2), Some(4));
        assert_eq!(of_thread_cache().len(), before[1].2);
    });
    assert_eq!(counts(), before);
    runs();
    assert_eq!((square(2), Shape::<3>.local(2), runs()), (4, 12, 0));
}

/// A function whose first use is disabled has no cache by then.
#[test]
fn disabled_makes_no_cache() {
    #[memoize]
    fn never(n: u32) -> u32 {
        n
    }
    let listed = || {
        let caches = memofn::caches();
        caches.iter().any(|cache| cache.name().ends_with("::never"))
    };
    assert_eq!(disabled(|| (never(1), never_cache_get(1))), (1, None));
    assert!(!listed());
    never(1);
    assert!(listed());
}

functions!(elsewhere);

#[test]
fn other_threads_are_as_ever() {
    use elsewhere::*;
    let check = || {
        thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!((of_thread(3), runs()), (9, 2));
                assert_eq!((of_thread(3), runs()), (9, 0));
                assert_eq!(square_cache_remove(3), Some(9));
            });
        });
    };
    disabled(check);
    isolated(check);
    assert_eq!(counts()[0], (0, 2, 0));
}

functions!(apart);

#[test]
fn isolated_has_empty_caches_of_its_own() {
    use apart::*;
    Shape::<3>.local(2);
    square_cache_insert(7, 70);
    of_thread_cache_insert(7, 70);
    let before = counts();
    runs();
    isolated(|| {
        assert_eq!(counts(), [(0, 0, 0); 5]);
        assert_eq!((square_cache_get(7), of_thread_cache_get(7)), (None, None));
        for round in 0..3 {
            assert_eq!(Shape::<3>.local(2), 12);
            assert_eq!(runs(), if round == 0 { 4 } else { 0 });
        }
        assert_eq!(Shape::<4>.sides(2), 16);
        assert_eq!(runs(), 1, "of_thread(2) is stored");
        assert_eq!(
            counts(),
            [(0, 1, 1), (1, 1, 1), (0, 1, 1), (0, 1, 1), (2, 1, 1)]
        );
        assert_eq!(square_cache_insert(7, 71), None);
        assert_eq!(square_cache_insert(7, 72), Some(71));
        assert_eq!(of_thread_cache_insert(8, 80), None);
        assert_eq!(square_cache_refresh(7), 49);
        assert_eq!(square_cache_remove(7), Some(49));
        assert_eq!(square_cache().len(), 1);
        assert_eq!(of_thread_cache().len(), 2);
        assert_eq!(square_cache_parameters().capacity, Some(10));
        square_cache_clear();
        of_thread_cache_clear();
        assert_eq!((counts()[0], counts()[1]), ((0, 0, 0), (0, 0, 0)));
    });
    assert_eq!(counts(), before);
    assert_eq!(
        (square_cache_get(7), of_thread_cache_get(7)),
        (Some(70), Some(70))
    );
    assert_eq!(of_thread_cache_get(8), None);
}

functions!(nested);

#[test]
fn isolations_nest() {
    use nested::*;
    of_thread(1);
    isolated(|| {
        of_thread(2);
        let outer = counts();
        isolated(|| {
            assert_eq!(counts(), [(0, 0, 0); 5]);
            of_thread(3);
            square(3);
            assert_eq!(counts()[0], (1, 1, 1));
        });
        assert_eq!(counts(), outer);
        assert_eq!(square_cache_get(2), Some(4));
        assert_eq!([1, 3].map(square_cache_get), [None, None]);
    });
    assert_eq!([1, 2, 3].map(square_cache_get), [Some(1), None, None]);
    assert_eq!([1, 2, 3].map(of_thread_cache_get), [Some(1), None, None]);
}

functions!(innermost);

#[test]
fn the_innermost_counts() {
    use innermost::*;
    square(1);
    isolated(|| {
        square(2);
        disabled(|| {
            assert_eq!(square_cache_get(2), None);
            square(2);
            assert_eq!(counts()[0], (0, 1, 1), "of the isolation");
            isolated(|| {
                square(3);
                assert_eq!(square_cache_get(3), Some(9));
                disabled(|| assert_eq!(square_cache_get(3), None));
                assert_eq!(counts()[0], (0, 1, 1));
            });
            assert_eq!(square_cache_get(3), None);
            assert_eq!(counts()[0], (0, 1, 1));
        });
        assert_eq!([1, 2].map(square_cache_get), [None, Some(4)]);
    });
    assert_eq!([1, 2].map(square_cache_get), [Some(1), None]);
    assert_eq!(counts()[0], (0, 1, 1));
}

functions!(panicking);

#[test]
fn a_panic_ends_it() {
    use panicking::*;
    square(1);
    let caught = |f: &dyn Fn()| catch_unwind(AssertUnwindSafe(f)).unwrap_err();
    let panic = caught(&|| {
        isolated(|| {
            square(2);
            of_thread(2);
            panic!("in isolation");
        })
    });
    assert_eq!(panic.downcast_ref(), Some(&"in isolation"));
    caught(&|| disabled(|| panic!("disabled")));
    assert_eq!([1, 2].map(square_cache_get), [Some(1), None]);
    isolated(|| assert_eq!(counts(), [(0, 0, 0); 5]));
}

functions!(parallel);

#[test]
fn isolated_threads_do_not_see_each_other() {
    use parallel::*;
    square(1);
    let before = counts();
    let (threads, in_step) = (8, Barrier::new(8));
    thread::scope(|scope| {
        for thread in 0..threads {
            let in_step = &in_step;
            scope.spawn(move || {
                for round in 0..20 {
                    isolated(|| {
                        in_step.wait();
                        assert_eq!(square_cache_get(5), None);
                        square_cache_insert(5, thread * 100 + round);
                        for n in 0..=thread {
                            of_thread(n);
                        }
                        in_step.wait();
                        assert_eq!(square(5), thread * 100 + round);
                        let misses = thread + 1 - u64::from(thread >= 5);
                        let hits = 1 + u64::from(thread >= 5);
                        assert_eq!(counts()[0], (hits, misses, misses as usize + 1));
                    });
                }
            });
        }
    });
    assert_eq!(counts(), before);
}

functions!(listed);

#[test]
fn caches_lists_those_of_the_isolation() {
    use listed::*;
    let names = || -> Vec<&str> {
        let caches = memofn::caches();
        let names = caches.iter().map(|cache| cache.name());
        names.filter_map(|name| name.split("::").nth(2)).collect()
    };
    square(1);
    isolated(|| {
        assert_eq!(names(), [""; 0]);
        Shape::<3>.local(2);
        Shape::<4>.sides(2);
        assert_eq!(names(), ["local", "of_thread", "sides", "sides", "square"]);
        let caches = memofn::caches();
        let square = caches.iter().find(|cache| cache.name().ends_with("square"));
        assert_eq!(square.unwrap().info(), square_cache_info());
        assert_eq!(square.unwrap().info().misses, 1);
        isolated(|| {
            assert_eq!(names(), [""; 0]);
            disabled(|| Shape::<3>.local(2));
            assert_eq!(names(), [""; 0]);
        });
        memofn::clear_all();
        assert_eq!(counts(), [(0, 0, 0); 5]);
    });
    let here = |name: &str| {
        let caches = memofn::caches();
        caches
            .iter()
            .filter(|cache| cache.name() == format!("isolation::listed::{name}"))
            .count()
    };
    assert_eq!(["square", "of_thread", "local"].map(here), [1, 0, 0]);
    // A function that was used in isolation first is listed when it is used elsewhere.
    Shape::<3>.local(2);
    assert_eq!(["square", "of_thread", "local"].map(here), [1, 1, 1]);
    assert_eq!(square_cache_info().misses, 2);
}

functions!(reused);

/// As many caches as were used at one time, each as it was made.
#[test]
fn caches_are_used_again_as_they_were_made() {
    use reused::*;
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        isolated(|| {
            let cache: &'static Cache<u64, u64> = square_cache();
            assert_eq!(cache.parameters().capacity, Some(10));
            seen.insert(std::ptr::from_ref(cache).addr());
            (0..20).for_each(|n| assert_eq!(square(n), n * n));
            assert_eq!((cache.len(), cache.info().evictions), (10, 10));
            cache.set_capacity(0);
            square(3);
            assert_eq!(cache.len(), 0);
            let sides = Shape::<3>::sides_cache();
            assert_eq!(sides.parameters().policy, Policy::Unbounded);
            sides.set_capacity(1);
            (0..5).for_each(|n| drop(Shape::<3>.sides(n)));
            assert_eq!((sides.len(), sides.parameters().policy), (1, Policy::Fifo));
            isolated(|| seen.insert(std::ptr::from_ref(square_cache()).addr()));
        });
    }
    assert_eq!(seen.len(), 2);
    seen.insert(std::ptr::from_ref(square_cache()).addr());
    assert_eq!(seen.len(), 3, "and the usual one");
    assert_eq!(counts(), [(0, 0, 0); 5]);
}

thread_local! {
    /// What the drop of a `Noisy` does.
    static ON_DROP: Cell<fn()> = const { Cell::new(|| ()) };
    static DROPPED: Cell<u32> = const { Cell::new(0) };
}

#[derive(Clone)]
struct Noisy;

impl Drop for Noisy {
    fn drop(&mut self) {
        DROPPED.set(DROPPED.get() + 1);
        ON_DROP.get()();
    }
}

#[memoize]
fn noisy(_n: u32) -> Noisy {
    Noisy
}

#[memoize(scope = "thread")]
fn noisy_here(_n: u32) -> Noisy {
    Noisy
}

#[memoize]
fn used_by_drops(n: u32) -> u32 {
    n
}

#[test]
fn values_are_dropped_at_the_end_where_calls_leave_no_trace() {
    let fill = || {
        for n in 0..3 {
            // The caller's own copy is no matter.
            std::mem::forget(noisy(n));
            std::mem::forget(noisy_here(n));
        }
    };
    isolated(|| {
        fill();
        DROPPED.set(0);
        ON_DROP.set(|| assert_eq!(used_by_drops(5), 5));
    });
    ON_DROP.set(|| ());
    assert_eq!(DROPPED.get(), 6);
    assert_eq!(used_by_drops_cache_info().misses, 0);
    // One that panics.
    let caught = catch_unwind(|| {
        isolated(|| {
            fill();
            DROPPED.set(0);
            ON_DROP.set(|| assert_ne!(DROPPED.get(), 2, "the second one"));
        });
    });
    ON_DROP.set(|| ());
    assert!(caught.is_err());
    assert_eq!(DROPPED.get(), 6);
    assert_eq!(
        (used_by_drops(1), used_by_drops_cache_info().misses),
        (1, 1)
    );
    isolated(|| {
        assert_eq!(
            (noisy_cache_info().len, noisy_here_cache_info().len),
            (0, 0)
        )
    });
}

static ASKED: AtomicU32 = AtomicU32::new(0);

fn capacity() -> usize {
    // Asks for the function that it is for.
    self_made(1);
    self_made_here(1);
    match ASKED.fetch_add(1, Relaxed) {
        0 => panic!("no capacity yet"),
        _ => 7,
    }
}

#[memoize(capacity = capacity())]
fn self_made(n: u32) -> u32 {
    n
}

#[memoize(scope = "thread", capacity = capacity())]
fn self_made_here(n: u32) -> u32 {
    n
}

#[test]
fn options_are_evaluated_as_ever() {
    isolated(|| {
        assert!(catch_unwind(|| self_made(2)).is_err());
        assert_eq!(memofn::caches().len(), 0);
        assert_eq!((self_made(2), self_made_here(2)), (2, 2));
        let parameters = [
            self_made_cache_parameters(),
            self_made_here_cache_parameters(),
        ];
        assert_eq!(parameters.map(|made| made.capacity), [Some(7), Some(7)]);
        let stored = [self_made_cache_get(2), self_made_here_cache_get(2)];
        assert_eq!(stored, [Some(2), Some(2)]);
    });
}

/// Neither is about caches by hand.
#[test]
fn caches_by_hand_are_as_ever() {
    let (shared, local) = (Cache::new(5), LocalCache::new(5));
    isolated(|| drop((shared.insert(1, 2), local.insert(1, 2))));
    disabled(|| assert_eq!((shared.get(&1), local.get(&1)), (Some(2), Some(2))));
}

functions!(at_the_end);

/// A destructor of a thread-local may call at any time.
#[test]
fn at_the_end_of_a_thread() {
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            use at_the_end::*;
            isolated(|| {
                assert_eq!((square(4), of_thread(4), Shape::<3>.local(4)), (16, 16, 48));
                disabled(|| assert_eq!((square(4), of_thread(4)), (16, 16)));
            });
            assert_eq!(square_cache_get(4), None);
        }
    }
    thread_local! {
        static FIRST: RefCell<Option<Late>> = const { RefCell::new(None) };
        static LAST: RefCell<Option<Late>> = const { RefCell::new(None) };
    }
    thread::spawn(|| {
        FIRST.set(Some(Late));
        isolated(|| at_the_end::Shape::<3>.local(1));
        LAST.set(Some(Late));
    })
    .join()
    .unwrap();
    assert_eq!(at_the_end::counts()[0], (0, 0, 0));
}

/// Both give back what the closure gives.
#[test]
fn values_come_out() {
    let shared = Arc::new(5);
    let moved = Arc::clone(&shared);
    assert_eq!(isolated(move || moved), shared);
    assert_eq!(disabled(|| &shared), &shared);
}
