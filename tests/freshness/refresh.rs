//! Refreshes of sync functions.

use crate::tools::{Gate, Given, after_hours, alone, counts, in_background, wait_until};
use memofn::memoize;
use std::panic::panic_any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

static PLAIN_RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "10h", ttl = "100h")]
fn plain(n: u32) -> u32 {
    1_000 * PLAIN_RUNS.fetch_add(1, SeqCst) + n
}

#[test]
fn past_the_age_a_hit_gets_the_old_value_and_the_next_ones_the_new_one() {
    let _alone = alone();
    assert_eq!(plain(7), 7);
    after_hours(9);
    assert_eq!(plain(7), 7);
    after_hours(2);
    assert_eq!(plain(7), 7);
    wait_until(|| plain_cache_get(7) == Some(1_007));
    assert_eq!(plain(7), 1_007);
    assert_eq!(counts(plain_cache_info()), (3, 1, 0, 1));
    // Its age counts from then on, and so does its lifetime.
    after_hours(9);
    assert_eq!(plain(7), 1_007);
    after_hours(90);
    assert_eq!(plain(7), 1_007);
    wait_until(|| plain_cache_get(7) == Some(2_007));
    // Nobody has asked: nobody computes, and it expires.
    after_hours(99);
    assert_eq!(plain_cache_get(7), Some(2_007));
    after_hours(2);
    assert_eq!(plain_cache_get(7), None);
    assert_eq!(plain(7), 3_007);
    assert_eq!(PLAIN_RUNS.load(SeqCst), 4);
    let info = plain_cache_info();
    assert_eq!(counts(info), (5, 2, 0, 1));
    assert_eq!(
        (info.expirations, info.evictions, info.coalesced),
        (1, 0, 0)
    );
}

static HELD: Gate = Gate::new();
static HELD_RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "10h")]
fn held(n: u32) -> u32 {
    let run = HELD_RUNS.fetch_add(1, SeqCst);
    if in_background() {
        HELD.pass();
    }
    1_000 * run + n
}

/// However often and by how many it is asked for, and however long the refresh takes.
#[test]
fn one_refresh_of_a_key_at_a_time_and_the_old_value_meanwhile() {
    let _alone = alone();
    held(1);
    let ask_for_it = || {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        assert_eq!(held(1), 1);
                    }
                });
            }
        });
    };
    after_hours(11);
    ask_for_it();
    HELD.reached_by(1);
    // Due again, but the first one isn't over.
    for _ in 0..3 {
        after_hours(11);
        ask_for_it();
    }
    assert_eq!(HELD_RUNS.load(SeqCst), 2);
    HELD.open();
    wait_until(|| held_cache_get(1) == Some(1_001));
    assert_eq!(counts(held_cache_info()), (3_200, 1, 0, 1));
    after_hours(11);
    assert_eq!(held(1), 1_001);
    wait_until(|| held_cache_get(1) == Some(2_001));
    assert_eq!(HELD_RUNS.load(SeqCst), 3);
}

static MANY_RUNS: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "10h", policy = "lru", capacity = 1_000)]
fn many(n: u32) -> (u32, bool) {
    MANY_RUNS.fetch_add(1, SeqCst);
    (n, in_background())
}

#[test]
fn many_keys_are_each_refreshed_once() {
    let _alone = alone();
    for n in 0..300 {
        assert_eq!(many(n), (n, false));
    }
    after_hours(11);
    thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for n in 0..300 {
                    let n = (n + thread * 37) % 300;
                    assert_eq!(many(n).0, n);
                }
            });
        }
    });
    let refreshed = || many_cache().iter().filter(|(_, (_, again))| *again).count();
    wait_until(|| refreshed() == 300);
    assert_eq!(MANY_RUNS.load(SeqCst), 600);
    let info = many_cache_info();
    assert_eq!(counts(info), (2_400, 300, 0, 300));
    assert_eq!(info.evictions, 0);
}

static FAILS: AtomicBool = AtomicBool::new(false);
static FAILURES: Given = Given::new();

/// With `err_ttl`, so that an `Err` could be stored.
#[memoize(refresh_after = "10h", ttl = "100h", err_ttl = "1h")]
fn failing(n: u32) -> Result<u32, Arc<u32>> {
    if FAILS.load(SeqCst) {
        return Err(FAILURES.give(n));
    }
    Ok(if in_background() { n + 1_000 } else { n })
}

#[test]
fn a_refresh_that_fails_keeps_the_old_value_and_is_tried_again() {
    let _alone = alone();
    assert_eq!(failing(1), Ok(1));
    FAILS.store(true, SeqCst);
    for tries in 1..=3 {
        after_hours(11);
        for _ in 0..10 {
            assert_eq!(failing(1), Ok(1));
        }
        FAILURES.all_gone(tries);
        // Not before it is due again.
        after_hours(9);
        assert_eq!(failing(1), Ok(1));
        assert_eq!(FAILURES.count(), tries);
    }
    assert_eq!(counts(failing_cache_info()), (33, 1, 0, 1));
    FAILS.store(false, SeqCst);
    after_hours(2);
    assert_eq!(failing(1), Ok(1));
    wait_until(|| failing_cache_get(1) == Some(Ok(1_001)));
    assert_eq!(failing_cache_info().errors, 0);
}

static PANICS: AtomicBool = AtomicBool::new(false);
static PANICKED: Given = Given::new();

#[memoize(refresh_after = "10h")]
fn panicking(n: u32) -> u32 {
    if PANICS.load(SeqCst) {
        panic_any(PANICKED.give(n));
    }
    if in_background() { n + 1_000 } else { n }
}

#[test]
fn a_refresh_that_panics_keeps_the_old_value_and_is_tried_again() {
    let _alone = alone();
    for n in 0..20 {
        panicking(n);
    }
    PANICS.store(true, SeqCst);
    // More than there are threads.
    for tries in 1..=2 {
        after_hours(11);
        for n in 0..20 {
            assert_eq!(panicking(n), n);
        }
        PANICKED.all_gone(20 * tries);
    }
    PANICS.store(false, SeqCst);
    after_hours(11);
    for n in 0..20 {
        assert_eq!(panicking(n), n);
        wait_until(|| panicking_cache_get(n) == Some(n + 1_000));
    }
    assert_eq!(counts(panicking_cache_info()), (60, 20, 0, 20));
}

static REFUSED: Given = Given::new();

#[memoize(refresh_after = "10h", cache_if = |value| **value == 0)]
fn refused(n: u32) -> Arc<u32> {
    REFUSED.give(if in_background() { n } else { 0 })
}

#[test]
fn a_refresh_whose_result_is_not_to_be_stored_keeps_the_old_value() {
    let _alone = alone();
    refused(1);
    after_hours(11);
    assert_eq!(*refused(1), 0);
    REFUSED.gone(2);
    assert_eq!(refused_cache_get(1).as_deref(), Some(&0));
}

#[memoize(refresh_after = "10h")]
fn borrowed(text: &str, numbers: &[f64], deep: Option<&[&str]>) -> (String, bool) {
    (format!("{text} {numbers:?} {deep:?}"), in_background())
}

#[test]
fn arguments_come_back_from_the_key() {
    let _alone = alone();
    let call = || {
        let text = String::from("text");
        borrowed(&text, &[1.5, -0.0], Some(&["a", "b"]))
    };
    let (first, _) = call();
    assert_eq!(first, r#"text [1.5, -0.0] Some(["a", "b"])"#);
    after_hours(11);
    assert_eq!(call(), (first.clone(), false));
    let again = || borrowed_cache_get("text", &[1.5, -0.0], Some(&["a", "b"]));
    wait_until(|| again() == Some((first.clone(), true)));
    assert_eq!(borrowed_cache_info().len, 1);
}

/// A key whose copies are counted, and that can refuse to be copied.
#[derive(PartialEq, Eq, Hash)]
struct Key(u32);

static COPIES: AtomicU32 = AtomicU32::new(0);
static COPYING_PANICS: AtomicBool = AtomicBool::new(false);

impl Clone for Key {
    fn clone(&self) -> Self {
        COPIES.fetch_add(1, SeqCst);
        assert!(!COPYING_PANICS.load(SeqCst), "no copy");
        Self(self.0)
    }
}

#[memoize(refresh_after = "10h")]
fn of_key(key: &Key) -> (u32, bool) {
    (key.0, in_background())
}

#[test]
fn only_the_refresh_copies_the_key_and_a_panic_there_is_not_the_callers() {
    let _alone = alone();
    of_key(&Key(1));
    for _ in 0..10 {
        of_key(&Key(1));
    }
    assert_eq!(COPIES.load(SeqCst), 1);
    after_hours(11);
    COPYING_PANICS.store(true, SeqCst);
    for _ in 0..10 {
        assert_eq!(of_key(&Key(1)), (1, false));
    }
    assert_eq!(COPIES.load(SeqCst), 2);
    COPYING_PANICS.store(false, SeqCst);
    after_hours(11);
    assert_eq!(of_key(&Key(1)), (1, false));
    wait_until(|| of_key_cache_get(&Key(1)) == Some((1, true)));
    assert_eq!(counts(of_key_cache_info()), (21, 1, 0, 1));
}

static DEPTH: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = "10h", capacity = 100)]
fn fib(n: u64) -> u64 {
    DEPTH.fetch_add(1, SeqCst);
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

/// The body of a refresh makes calls as any other: hits, which are due themselves.
#[test]
fn a_refresh_may_lead_to_others() {
    let _alone = alone();
    assert_eq!(fib(50), 12_586_269_025);
    assert_eq!(DEPTH.load(SeqCst), 51);
    after_hours(11);
    assert_eq!(fib(50), 12_586_269_025);
    wait_until(|| DEPTH.load(SeqCst) == 102);
    assert_eq!(fib(50), 12_586_269_025);
    assert_eq!(fib_cache_info().misses, 51);
}

fn at_once() -> Duration {
    Duration::ZERO
}

static AT_ONCE: AtomicU32 = AtomicU32::new(0);

#[memoize(refresh_after = at_once())]
fn always(n: u32) -> u32 {
    n + AT_ONCE.fetch_add(1, SeqCst)
}

#[test]
fn an_age_of_zero_at_run_time_refreshes_at_every_hit() {
    let _alone = alone();
    assert_eq!(always(0), 0);
    wait_until(|| always(0) >= 50);
    let info = always_cache_info();
    assert_eq!((info.misses, info.len), (1, 1));
}
