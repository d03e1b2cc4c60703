//! Destructors, options, ends of threads.

use crate::functions;
use memofn::testing::{disabled, isolated};
use memofn::{Cache, LocalCache, memoize};
use std::cell::{Cell, RefCell};
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

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
        );
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
    isolated(|| assert_eq!((shared.insert(1, 2), local.insert(1, 2)), (None, None)));
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
