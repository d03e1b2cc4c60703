//! Stores and time, by the clock that tests drive: one test at a time, since it is the whole process's.

#![allow(unreachable_pub)]

#[macro_use]
#[allow(dead_code)]
#[path = "stores/tools.rs"]
mod tools;

use memofn::store::{Moment, StoreError, StoreErrorKind};
use memofn::testing::advance;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use tools::alone;

const SECOND: Duration = Duration::from_secs(1);

/// Lets a store fail so, and counts how often it is asked.
fn fail(memory: &memofn::store::Memory, kind: StoreErrorKind) -> Arc<AtomicU64> {
    let asked = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&asked);
    memory.hook(move |moment, _, _| {
        if moment == Moment::Asked {
            count.fetch_add(1, SeqCst);
        }
        Err(StoreError::new(kind, "as the test says"))
    });
    asked
}

function!(broken, ample());

#[test]
fn the_breaker_opens_after_three_failures_for_a_second_and_then_twice_as_long() {
    let _alone = alone();
    let process = broken::process();
    let asked = fail(&broken::MEMORY, StoreErrorKind::Unavailable);
    let mut calls = 0;
    let mut call = |times: u64| {
        for _ in 0..times {
            calls += 1;
            assert_eq!(process.call(1, || "one".into()), "one");
        }
        assert_eq!(process.info().errors, calls, "each went without the store");
        asked.load(SeqCst)
    };
    assert_eq!(call(2), 2);
    assert_eq!(call(10), 3);
    // One probe after 1, 2, 4, ... 30 and 30 seconds.
    let mut probes = 3;
    for seconds in [1, 2, 4, 8, 16, 30, 30] {
        advance(seconds * SECOND - Duration::from_millis(500));
        assert_eq!(call(5), probes, "{seconds}");
        advance(Duration::from_millis(500));
        probes += 1;
        assert_eq!(call(5), probes, "{seconds}");
    }
    // It is there again: one probe, and then all.
    broken::MEMORY.hook(|_, _, _| Ok(()));
    advance(30 * SECOND);
    process.call(1, || "kept".into());
    assert_eq!(process.call(1, || unreachable!()), "kept");
    // From here on it is as at first.
    let asked = fail(&broken::MEMORY, StoreErrorKind::Timeout);
    for n in 2..12 {
        process.call(n, || "some".into());
    }
    assert_eq!(asked.load(SeqCst), 3);
    broken::MEMORY.hook(|_, _, _| Ok(()));
    advance(SECOND);
    assert_eq!(process.call(1, || unreachable!()), "kept");
}

function!(refusing, ample());

#[test]
fn an_engine_that_answers_with_errors_is_asked_on() {
    let _alone = alone();
    let process = refusing::process();
    for kind in [StoreErrorKind::Full, StoreErrorKind::Refused] {
        let asked = fail(&refusing::MEMORY, kind);
        for n in 0..10 {
            process.call(n, || "some".into());
        }
        assert_eq!(asked.load(SeqCst), 10);
    }
}

function!(interrupted, ample());

#[test]
fn a_success_between_failures_counts_from_the_beginning() {
    let _alone = alone();
    let process = interrupted::process();
    process.call(1, || "kept".into());
    for _ in 0..5 {
        let asked = fail(&interrupted::MEMORY, StoreErrorKind::Unavailable);
        for n in 0..2 {
            process.call(n + 2, || "some".into());
        }
        assert_eq!(asked.load(SeqCst), 2);
        interrupted::MEMORY.hook(|_, _, _| Ok(()));
        assert_eq!(process.call(1, || unreachable!()), "kept");
    }
}

function!(lasting, ample(), ttl(60 * crate::SECOND));

#[test]
fn a_result_holds_for_its_lifetime() {
    let _alone = alone();
    let process = lasting::process();
    assert_eq!(process.call(1, || "old".into()), "old");
    advance(59 * SECOND);
    assert_eq!(process.call(1, || unreachable!()), "old");
    advance(SECOND);
    assert_eq!(process.get(1), None);
    assert_eq!(process.call(1, || "new".into()), "new");
    assert_eq!(process.info().errors, 0);
}

function!(
    coarse,
    Memory::with(Capabilities::new().step(Duration::from_secs(1))),
    ttl(Duration::from_millis(250))
);

#[test]
fn a_result_holds_no_longer_in_an_engine_of_long_steps() {
    let _alone = alone();
    let process = coarse::process();
    process.call(1, || "old".into());
    advance(Duration::from_millis(200));
    assert_eq!(process.call(1, || unreachable!()), "old");
    advance(Duration::from_millis(60));
    assert!(coarse::held(1).is_some(), "the engine has it");
    assert_eq!(process.get(1), None);
    assert_eq!(process.call(1, || "new".into()), "new");
    assert_eq!(process.call(1, || unreachable!()), "new");
    assert_eq!(process.info().errors, 0);
}

function!(
    near,
    ample(),
    ttl(60 * crate::SECOND),
    local(Some(10 * crate::SECOND))
);

#[test]
fn before_the_store_a_result_holds_as_long_as_both_say() {
    let _alone = alone();
    let process = near::process();
    process.call(1, || "old".into());
    advance(9 * SECOND);
    assert_eq!(process.info().len, 1);
    advance(2 * SECOND);
    assert_eq!(process.info().len, 0);
    assert_eq!(process.call(1, || unreachable!()), "old");
    advance(45 * SECOND);
    // Four seconds are left of it in the store.
    assert_eq!(process.call(1, || unreachable!()), "old");
    assert_eq!(process.info().len, 1);
    advance(5 * SECOND);
    assert_eq!(process.info().len, 0);
    assert_eq!(process.call(1, || "new".into()), "new");
}

function!(jittered, ample(), ttl(100 * crate::SECOND), jitter(0.5));

#[test]
fn jitter_spreads_lifetimes_in_the_store() {
    let _alone = alone();
    let process = jittered::process();
    for n in 0..100 {
        process.call(n, || "some".into());
    }
    // The epoch stays.
    let left = || jittered::MEMORY.contents().len() - 1;
    advance(49 * SECOND);
    assert_eq!(left(), 100);
    advance(26 * SECOND);
    assert!((20..80).contains(&left()), "{}", left());
    advance(25 * SECOND);
    assert_eq!(left(), 0);
}

function!(dead, ample(), max_wait(Duration::from_millis(20)));

#[test]
fn the_claim_of_who_has_died_holds_until_its_lease_is_over() {
    let _alone = alone();
    let winner = dead::process().begin(1);
    let other = dead::process();
    assert_eq!(other.call(1, || "alone".into()), "alone");
    assert_eq!(
        other.call(1, || "again".into()),
        "again",
        "nothing was stored"
    );
    advance(memofn::store::settings().lease);
    assert_eq!(other.call(1, || "kept".into()), "kept");
    assert_eq!(other.call(1, || unreachable!()), "kept");
    // It wasn't dead. Its result comes too late.
    assert_eq!(winner.end("late"), "late");
    assert_eq!(other.call(1, || unreachable!()), "kept");
    assert_eq!(other.info().errors, 0);
}

function!(faster, ample());

/// When a lease is over, one of those that wait for it is the first to claim the key. The others wait for that one.
#[test]
fn who_was_faster_when_a_lease_ended_is_waited_for() {
    let _alone = alone();
    let died = faster::process().begin(1);
    let (process, faster) = (faster::process(), faster::process());
    let (give, given) = mpsc::channel();
    let (looks, claims) = (AtomicU64::new(0), AtomicU64::new(0));
    faster::MEMORY.hook(move |moment, operation, key| {
        match (moment, operation) {
            // It is over when the claim was seen twice.
            (Moment::Done, "get")
                if key == faster::address(1) && looks.fetch_add(1, SeqCst) == 1 =>
            {
                advance(memofn::store::settings().lease);
            }
            // Between the look that finds nothing and this claim.
            (Moment::Asked, "claim") if claims.fetch_add(1, SeqCst) == 0 => {
                give.send(faster.begin(1)).unwrap();
            }
            _ => {}
        }
        Ok(())
    });
    let waiter = std::thread::spawn(move || process.call(1, || unreachable!()));
    let first = given.recv_timeout(Duration::from_secs(60)).unwrap();
    assert_eq!(first.end("theirs"), "theirs");
    assert_eq!(waiter.join().unwrap(), "theirs");
    assert_eq!(died.end("late"), "late");
    assert_eq!(process.call(1, || unreachable!()), "theirs");
}

function!(overdue, ample());

/// A result that is not stored since its claim has ended is an error that somebody may want to know of.
#[test]
fn a_result_that_comes_after_its_lease_is_counted() {
    let _alone = alone();
    let process = overdue::process();
    let late = process.begin(1);
    advance(memofn::store::settings().lease + SECOND);
    assert_eq!(late.end("late"), "late");
    assert_eq!(overdue::held(1), None);
    assert_eq!(process.info().errors, 1);
    // A removal is none.
    let removed = process.begin(2);
    process.remove(2);
    assert_eq!(removed.end("removed"), "removed");
    assert_eq!((overdue::held(2), process.info().errors), (None, 1));
}

function!(believed, ample());

#[test]
fn another_process_hears_of_a_clear_within_a_second_even_without_messages() {
    let _alone = alone();
    let (a, b) = (believed::process(), believed::process());
    a.call(1, || "old".into());
    assert_eq!(b.call(1, || unreachable!()), "old");
    a.clear();
    advance(SECOND);
    assert_eq!(b.get(1), None);
}

function!(unheard, ample());

#[test]
fn a_clear_that_the_store_did_not_hear_of_is_told_later() {
    let _alone = alone();
    let process = unheard::process();
    process.call(1, || "old".into());
    unheard::MEMORY.fail(Some(StoreErrorKind::Refused));
    process.clear();
    unheard::MEMORY.fail(None);
    assert_eq!(process.get(1), None);
    assert_eq!(unheard::process().get(1), None);
    assert_eq!(process.call(1, || "new".into()), "new");
    assert_eq!(unheard::process().get(1).as_deref(), Some("new"));
}
