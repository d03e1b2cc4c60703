//! `isolated`.

use crate::functions;
use memofn::testing::{disabled, isolated};
use memofn::{Cache, Policy};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

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
        });
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
        names.filter_map(|name| name.rsplit("::").next()).collect()
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
            .filter(|cache| cache.name() == format!("isolation::isolating::listed::{name}"))
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
            (0..5).for_each(|n| assert_eq!(Shape::<3>.sides(n), 3 * n * n));
            assert_eq!((sides.len(), sides.parameters().policy), (1, Policy::Fifo));
            isolated(|| seen.insert(std::ptr::from_ref(square_cache()).addr()));
        });
    }
    assert_eq!(seen.len(), 2);
    seen.insert(std::ptr::from_ref(square_cache()).addr());
    assert_eq!(seen.len(), 3, "and the usual one");
    assert_eq!(counts(), [(0, 0, 0); 5]);
}
