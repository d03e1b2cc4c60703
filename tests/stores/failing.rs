//! A store that fails: the function doesn't.

use memofn::store::{Moment, StoreError, StoreErrorKind};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

function!(failing, ample());

#[test]
fn whatever_fails_the_function_is_computed_and_the_failure_counted() {
    let process = failing::process();
    let kinds = [StoreErrorKind::Full, StoreErrorKind::Refused];
    for (round, kind) in (0..).zip(kinds) {
        failing::MEMORY.fail(Some(kind));
        for n in 0..20 {
            assert_eq!(process.call(n, || n.to_string()), n.to_string());
        }
        assert_eq!(process.info().errors, 20 * (round + 1));
        assert_eq!(process.info().hits, 0);
        assert_eq!(
            (process.get(1), process.remove(1), process.insert(1, "x")),
            (None, None, None)
        );
        process.clear();
        assert_eq!(process.info().errors, 0);
        for n in 0..20 * (round + 1) {
            process.call(n, || n.to_string());
        }
    }
    failing::MEMORY.fail(None);
    process.call(1, || "kept".into());
    assert_eq!(process.call(1, || unreachable!()), "kept");
}

function!(full, ample());

#[test]
fn what_cannot_be_stored_is_given() {
    let process = full::process();
    full::MEMORY.hook(|_, operation, _| match operation {
        "fill" => Err(StoreError::new(StoreErrorKind::Full, "full")),
        _ => Ok(()),
    });
    assert_eq!(process.call(1, || "one".into()), "one");
    assert_eq!(process.info().errors, 1);
    // More than is taken is not offered, and its claim is given back.
    let large = "x".repeat(2 << 20);
    assert_eq!(process.call(2, || large.clone()), large);
    assert_eq!(process.info().errors, 2);
    assert_eq!(full::held(2), None);
}

function!(panicking, ample());

#[test]
fn an_engine_that_panics_is_one_that_fails() {
    let process = panicking::process();
    panicking::MEMORY.hook(|_, _, _| panic!("on purpose"));
    assert_eq!(process.call(1, || "one".into()), "one");
    assert_eq!(process.info().errors, 1);
}

function!(stalling, Memory::new());

#[test]
fn a_store_that_stalls_holds_up_three_calls_and_no_more() {
    let process = stalling::process();
    stalling::MEMORY.stall(true);
    let asked = std::sync::Arc::new(AtomicU32::new(0));
    let begun = Instant::now();
    for n in 0..200 {
        assert_eq!(process.call(n, || n.to_string()), n.to_string());
    }
    // Three waits of 100 ms, and those of few probes: not two hundred.
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(300), "{took:?}");
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_eq!(process.info().errors, 200);
    assert_eq!(asked.load(SeqCst), 0);
}

function!(stalling_async, Memory::new(), store: store_async);

#[test]
fn a_future_that_stalls_is_given_up() {
    let process = stalling_async::process();
    stalling_async::MEMORY.stall(true);
    futures::executor::block_on(async {
        for n in 0..50 {
            let value = process.call_async(n, async move { n.to_string() }).await;
            assert_eq!(value, n.to_string());
        }
    });
    assert_eq!(process.info().errors, 50);
}

function!(given_up, ample());

#[test]
fn a_body_that_panics_gives_its_claim_back() {
    let process = given_up::process();
    let call = || process.call(1, || panic!("on purpose"));
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call));
    assert!(failed.is_err());
    assert_eq!(given_up::held(1), None);
    assert_eq!(given_up::process().call(1, || "next".into()), "next");
    assert_eq!(process.info().misses, 1);
}

function!(orphaned, ample());

/// Nobody waits for a claim whose answer was lost, nor for one that a result couldn't take the place of:
/// neither this process nor another.
#[test]
fn a_claim_that_stands_for_nothing_holds_nobody_up() {
    let (process, other) = (orphaned::process(), orphaned::process());
    // The epoch is claimed, too.
    process.call(99, || "any".into());
    for (n, moment, failing, kind) in [
        (1, Moment::Done, "claim", StoreErrorKind::Timeout),
        (2, Moment::Asked, "fill", StoreErrorKind::Full),
        (3, Moment::Asked, "fill", StoreErrorKind::Unavailable),
    ] {
        let now = move |at: Moment, operation: &str, _: &str| match (at, operation)
            == (moment, failing)
        {
            true => Err(StoreError::new(kind, "on purpose")),
            false => Ok(()),
        };
        for second in [process, other] {
            orphaned::MEMORY.hook(now);
            assert_eq!(process.call(n, || "first".into()), "first");
            orphaned::MEMORY.hook(|_, _, _| Ok(()));
            let claimed = orphaned::held(n as u8);
            assert!(claimed.is_some(), "{failing}");
            // With this answer it is given back.
            process.call(100, || "any".into());
            let begun = Instant::now();
            assert_eq!(second.call(n, || "second".into()), "second");
            let took = begun.elapsed();
            // The lease is 10 s.
            assert!(took < Duration::from_secs(5), "{failing}: {took:?}");
            assert_eq!(process.call(n, || unreachable!()), "second");
            assert!(process.remove(n).is_some());
        }
    }
}
