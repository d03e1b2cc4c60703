//! Callers of an async function poll its refreshes, and have nothing else to do with them.

use crate::tools::{Gate, after_hours, alone};
use futures::FutureExt as _;
use futures::executor::block_on;
use memofn::memoize;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

static ASKS: AtomicBool = AtomicBool::new(false);
static BEGUN: AtomicBool = AtomicBool::new(false);
static GATE: Gate = Gate::new();

#[memoize(refresh_after = "10h", cache_if = asks)]
async fn asking(n: u32) -> u32 {
    n
}

fn asks(_: &u32) -> bool {
    !ASKS.load(SeqCst) || slow(1) == 2
}

#[memoize(max_wait = "1h")]
fn slow(n: u32) -> u32 {
    if !BEGUN.swap(true, SeqCst) {
        GATE.pass();
    }
    n + 1
}

/// What is asked of a refreshed value is part of its computation, in which nobody waits for long.
#[test]
fn what_a_refresh_waits_for_does_not_hold_its_callers_up() {
    let _alone = alone();
    let (done, finished) = channel();
    asking(1).now_or_never().unwrap();
    after_hours(11);
    let leads = thread::spawn(|| slow(1));
    GATE.reached_by(1);
    ASKS.store(true, SeqCst);
    let calls = thread::spawn(move || {
        for _ in 0..2 {
            assert_eq!(asking(1).now_or_never(), Some(1));
        }
        done.send(()).unwrap();
    });
    let in_time = finished.recv_timeout(Duration::from_secs(120));
    GATE.open();
    assert_eq!(leads.join().unwrap(), 2);
    calls.join().unwrap();
    in_time.expect("the caller is held up");
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "10h")]
async fn outer(n: u32) -> u32 {
    RUNS.fetch_add(1, SeqCst);
    inner(n).await
}

/// Never done at once.
#[memoize(max_wait = "1h", capacity = 1)]
async fn inner(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n
}

/// What a refresh calls on its way is polled with it, which may be never again: who calls that himself
/// computes it.
#[test]
fn nobody_waits_for_what_a_refresh_has_begun() {
    let _alone = alone();
    let (done, finished) = channel();
    let calls = thread::spawn(move || {
        assert_eq!(block_on(outer(1)), 1);
        block_on(inner(2));
        after_hours(11);
        for _ in 0..2 {
            assert_eq!(outer(1).now_or_never(), Some(1));
        }
        assert_eq!(RUNS.load(SeqCst), 2);
        assert_eq!(block_on(inner(1)), 1);
        done.send(()).unwrap();
    });
    let in_time = finished.recv_timeout(Duration::from_secs(120));
    in_time.expect("it waits for the refresh");
    calls.join().unwrap();
}
