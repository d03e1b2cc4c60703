//! What comes between a refresh and its end.

use crate::tools::{Gate, Given, after_hours, alone, counts, in_background, wait_until};
use memofn::memoize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

static GATE: Gate = Gate::new();
static GIVEN: Given = Given::new();

/// 1 from a refresh in the background, 0 otherwise.
#[memoize(refresh_after = "10h", ttl = "15h")]
fn gated(n: u32) -> Arc<u32> {
    let _ = n;
    if in_background() {
        GATE.pass();
        return GIVEN.give(1);
    }
    GIVEN.give(0)
}

fn stored(n: u32) -> Option<u32> {
    gated_cache_get(n).map(|value| *value)
}

/// A refresh that is under way, while `meanwhile` is done, and so many bodies run in it.
fn with_refresh_under_way(bodies: usize, meanwhile: impl FnOnce()) {
    gated_cache_clear();
    let before = GIVEN.count();
    GATE.close();
    gated(1);
    after_hours(11);
    assert_eq!(*gated(1), 0);
    GATE.reached_by(1);
    meanwhile();
    GATE.open();
    GIVEN.gone(before + bodies + 2);
}

#[test]
fn what_was_forgotten_meanwhile_does_not_come_back() {
    let _alone = alone();
    with_refresh_under_way(0, || {
        assert_eq!(gated_cache_remove(1).as_deref(), Some(&0));
    });
    assert_eq!(stored(1), None);
    assert_eq!(counts(gated_cache_info()), (1, 1, 0, 0));
    with_refresh_under_way(0, gated_cache_clear);
    assert_eq!(stored(1), None);
    assert_eq!(counts(gated_cache_info()), (0, 0, 0, 0));
}

#[test]
fn what_was_stored_meanwhile_stays() {
    let _alone = alone();
    with_refresh_under_way(0, || {
        gated_cache_insert(1, Arc::new(7));
    });
    assert_eq!(stored(1), Some(7));
    with_refresh_under_way(1, || {
        gated_cache_refresh(1);
    });
    assert_eq!(stored(1), Some(0));
    with_refresh_under_way(1, || {
        gated_cache_remove(1);
        assert_eq!(*gated(1), 0, "computed without waiting for the refresh");
    });
    assert_eq!(stored(1), Some(0));
    assert_eq!(counts(gated_cache_info()), (1, 2, 0, 1));
    // No fence, but the value that a call has computed is the newer one.
    with_refresh_under_way(1, || {
        after_hours(5);
        assert_eq!(
            *gated(1),
            0,
            "expired: computed without waiting for the refresh"
        );
    });
    assert_eq!(stored(1), Some(0));
    let info = gated_cache_info();
    assert_eq!((counts(info), info.expirations), ((1, 2, 0, 1), 1));
}

#[test]
fn what_has_expired_meanwhile_is_there_again() {
    let _alone = alone();
    gated_cache_clear();
    GATE.close();
    gated(1);
    after_hours(11);
    gated(1);
    GATE.reached_by(1);
    after_hours(5);
    assert_eq!((stored(1), gated_cache_info().len), (None, 0));
    GATE.open();
    wait_until(|| stored(1) == Some(1));
    assert_eq!(counts(gated_cache_info()), (1, 1, 0, 1));
}

/// A fifth refresh waits for a thread. What is forgotten by then isn't computed.
#[test]
fn a_refresh_that_is_not_wanted_any_more_when_its_turn_comes_is_not_run() {
    let _alone = alone();
    gated_cache_clear();
    GATE.close();
    for n in 0..9 {
        gated(n);
    }
    after_hours(11);
    let before = GIVEN.count();
    for n in 0..5 {
        gated(n);
    }
    GATE.reached_by(4);
    gated_cache_remove(4);
    GATE.open();
    wait_until(|| (0..4).all(|n| stored(n) == Some(1)));
    // When four more hold all threads, the fifth is over.
    GATE.close();
    for n in 5..9 {
        gated(n);
    }
    GATE.reached_by(4);
    GATE.open();
    wait_until(|| (5..9).all(|n| stored(n) == Some(1)));
    assert_eq!(GIVEN.count(), before + 8);
    assert_eq!(stored(4), None);
}

static STATE: AtomicU64 = AtomicU64::new(0);

#[memoize(refresh_after = Duration::from_nanos(1))]
fn state(n: u32) -> u64 {
    let _ = n;
    STATE.load(SeqCst)
}

/// The state changes, then it is forgotten what was computed before: nobody sees the old one again,
/// though every hit begins a refresh.
#[test]
fn no_refresh_brings_back_what_was_forgotten() {
    let _alone = alone();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(SeqCst) {
                    state(1);
                }
            });
        }
        for round in 1..=3_000 {
            STATE.store(round, SeqCst);
            match round % 4 {
                0 => drop(state_cache_remove(1)),
                1 => state_cache_clear(),
                2 => drop(state_cache_insert(1, round)),
                _ => assert_eq!(state_cache_refresh(1), round),
            }
            for _ in 0..10 {
                let seen = state(1);
                if seen < round {
                    done.store(true, SeqCst);
                    panic!("{seen} in round {round}");
                }
            }
        }
        done.store(true, SeqCst);
    });
}
