//! Generic and async functions, and listeners.

use memofn::testing::{disabled, isolated};
use memofn::{Cause, memoize};
use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

fn run() {
    RUNS.set(RUNS.get() + 1);
}

#[memoize]
fn size<T: 'static>(n: usize) -> usize {
    run();
    n * size_of::<T>()
}

#[memoize(scope = "thread")]
fn size_here<T: 'static>(n: usize) -> usize {
    run();
    size::<T>(n)
}

#[test]
fn instances_are_isolated_one_by_one() {
    size_here::<u8>(1);
    isolated(|| {
        RUNS.set(0);
        assert_eq!((size_here::<u8>(1), size_here::<u16>(1)), (1, 2));
        assert_eq!((size::<u8>(1), size_here::<u16>(1)), (1, 2));
        assert_eq!(RUNS.get(), 4);
        assert_eq!(size_cache_info::<u8>().hits, 1);
        assert_eq!(size_here_cache_info::<u16>().hits, 1);
        assert_eq!(memofn::caches().len(), 4);
    });
    assert_eq!(
        (
            size_here_cache_info::<u8>().misses,
            size_cache_info::<u8>().hits
        ),
        (1, 0)
    );
    assert_eq!(size_here_cache_info::<u16>().misses, 0);
}

/// Gives way once.
async fn step() {
    let mut waited = false;
    poll_fn(|_| {
        if std::mem::replace(&mut waited, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[memoize]
async fn slow(n: u32) -> u32 {
    run();
    step().await;
    2 * n
}

fn poll<F: Future>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn done<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    (0..3)
        .find_map(|_| poll(&mut future))
        .expect("three polls are enough")
}

#[test]
fn async_functions() {
    assert_eq!(done(slow(1)), 2);
    isolated(|| {
        assert_eq!(slow_cache_get(1), None);
        assert_eq!((done(slow(1)), done(slow(1))), (2, 2));
        assert_eq!((slow_cache_info().misses, slow_cache_info().hits), (1, 1));
        RUNS.set(0);
        disabled(|| assert_eq!((done(slow(1)), done(slow_cache_refresh(1))), (2, 2)));
        assert_eq!(RUNS.get(), 2);
        assert_eq!(slow_cache_info().hits, 1);
    });
    assert_eq!((slow_cache_info().misses, slow_cache_info().hits), (1, 0));
}

/// A computation stores where it began, if that is still there.
#[test]
fn a_future_that_outlives_its_isolation() {
    #[memoize]
    async fn outliving(n: u32) -> u32 {
        step().await;
        n
    }
    let mut outlives = pin!(outliving(1));
    isolated(|| assert_eq!(poll(&mut outlives), None));
    isolated(|| {
        assert_eq!(outliving_cache_info().misses, 0);
        assert_eq!(poll(&mut outlives), Some(1));
        assert_eq!(
            (outliving_cache_get(1), outliving_cache_info().misses),
            (None, 0)
        );
    });
    assert_eq!(
        (outliving_cache_get(1), outliving_cache_info().misses),
        (None, 0)
    );
    // It has left no count for those who come after it.
    isolated(|| assert_eq!(outliving_cache_info().misses, 0));
    // One that has begun outside.
    let mut outside = pin!(outliving(2));
    assert_eq!(poll(&mut outside), None);
    isolated(|| {
        assert_eq!(poll(&mut outside), Some(2));
        assert_eq!(outliving_cache_get(2), None);
    });
    assert_eq!(
        (outliving_cache_get(2), outliving_cache_info().misses),
        (Some(2), 1)
    );
}

static TOLD: Mutex<Vec<(u32, Cause)>> = Mutex::new(Vec::new());

#[memoize(capacity = 1, on_evict = |key, _, cause| TOLD.lock().unwrap().push((*key, cause)))]
fn told(n: u32) -> u32 {
    n
}

#[memoize(scope = "thread", on_evict = |key, _, cause| TOLD.lock().unwrap().push((*key, cause)))]
fn told_here(n: u32) -> u32 {
    n
}

/// What an isolation takes with it hasn't left its cache.
#[test]
fn listeners_are_not_told_of_the_end() {
    let take = || std::mem::take(&mut *TOLD.lock().unwrap());
    for _ in 0..2 {
        isolated(|| {
            (1..=2).for_each(|n| assert_eq!((told(n), told_here(n)), (n, n)));
            assert_eq!(take(), [(1, Cause::Evicted)]);
            told_here_cache_remove(2);
            assert_eq!(take(), [(2, Cause::Removed)]);
        });
        assert_eq!(take(), []);
    }
}
