//! Refreshes in the background, of caches that a thread has for itself.

use memofn::memoize;
use memofn::testing::{advance, isolated};
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

/// A little more, since hits may read a clock that is some milliseconds late.
const HOUR: Duration = Duration::from_secs(3_601);

/// The clock is the whole process's.
static CLOCK: Mutex<()> = Mutex::new(());

static RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "1h")]
fn age(_n: u32) -> u32 {
    RUNS.fetch_add(1, Relaxed)
}

/// They happen where the call was, and end with it.
#[test]
fn in_the_background() {
    let _alone = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let usual = age(1);
    let mut caches = BTreeSet::new();
    for _ in 0..5 {
        isolated(|| {
            caches.insert(std::ptr::from_ref(age_cache()).addr());
            let first = age(1);
            assert_ne!(first, usual);
            advance(HOUR);
            assert_eq!(age(1), first, "the old one, and a refresh");
            while age_cache_get(1) == Some(first) {
                thread::yield_now();
            }
            // One that hasn't ended, or perhaps not begun, when its cache goes.
            advance(HOUR);
            age(1);
        });
    }
    assert_eq!(age_cache_get(1), Some(usual));
    assert_eq!(age_cache_info().misses, 1);
    assert!(caches.len() <= 5);
}

static ASYNC_RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "1h")]
async fn async_age(_n: u32) -> u32 {
    let run = ASYNC_RUNS.fetch_add(1, Relaxed);
    // The first one gives a value, those after it never do.
    match run % 2 {
        0 => run,
        _ => std::future::pending().await,
    }
}

#[test]
fn of_async_functions() {
    let _alone = CLOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let poll = || {
        let mut call = pin!(async_age(1));
        match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(run) => run,
            Poll::Pending => panic!("the old value is there"),
        }
    };
    let mut caches = BTreeSet::new();
    for round in 0..5 {
        isolated(|| {
            caches.insert(std::ptr::from_ref(async_age_cache()).addr());
            assert_eq!(poll(), 2 * round);
            advance(HOUR);
            assert_eq!((poll(), poll()), (2 * round, 2 * round));
            assert_eq!(
                ASYNC_RUNS.load(Relaxed),
                2 * round + 2,
                "a refresh is under way"
            );
        });
    }
    assert_eq!(caches.len(), 1, "it was given up");
}
