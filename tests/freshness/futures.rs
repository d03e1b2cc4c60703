//! Refreshes of async functions, which later calls poll.

use crate::tools::{Given, after_hours, alone, counts};
use memofn::memoize;
use std::future::{Future, poll_fn};
use std::panic::panic_any;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

/// What a call gives that waits for nothing.
fn now<F: Future>(call: F) -> F::Output {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(call).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

/// What bodies wait for.
struct Signal(Mutex<(bool, Vec<Waker>)>);

impl Signal {
    const fn new() -> Self {
        Self(Mutex::new((false, Vec::new())))
    }

    async fn given(&self) {
        poll_fn(|context| {
            let (given, wakers) = &mut *self.0.lock().unwrap();
            if *given {
                return Poll::Ready(());
            }
            wakers.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    fn set(&self, given: bool) {
        let wakers = {
            let mut state = self.0.lock().unwrap();
            state.0 = given;
            if given {
                std::mem::take(&mut state.1)
            } else {
                Vec::new()
            }
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// How often a body has been polled for it, since it was last given.
    fn polls(&self) -> usize {
        self.0.lock().unwrap().1.len()
    }
}

static RUNS: AtomicU32 = AtomicU32::new(0);
static SIGNAL: Signal = Signal::new();

#[memoize(refresh_after = "10h", ttl = "100h")]
async fn plain(text: &str) -> String {
    let run = RUNS.fetch_add(1, SeqCst);
    if run > 1 {
        SIGNAL.given().await;
    }
    format!("{text}{run}")
}

#[test]
fn later_calls_poll_it_when_it_is_woken_and_get_the_old_value_meanwhile() {
    let _alone = alone();
    assert_eq!(
        (now(plain("a")), now(plain("b"))),
        ("a0".into(), "b1".into())
    );
    after_hours(11);
    assert_eq!(now(plain("a")), "a0");
    assert_eq!(RUNS.load(SeqCst), 2, "it is left to later calls");
    for _ in 0..10 {
        assert_eq!(now(plain("a")), "a0");
        assert_eq!((RUNS.load(SeqCst), SIGNAL.polls()), (3, 1), "not woken");
    }
    SIGNAL.set(true);
    assert_eq!(plain_cache_get("a"), Some("a0".into()), "nobody has called");
    assert_eq!(now(plain("a")), "a2");
    assert_eq!(counts(plain_cache_info()), (12, 2, 0, 2));
    // Calls of other keys, and those that miss, do it as well.
    assert_eq!(now(plain("b")), "b1");
    assert_eq!(now(plain("c")), "c4");
    assert_eq!(plain_cache_get("b"), Some("b3".into()));
    assert_eq!(counts(plain_cache_info()), (13, 3, 0, 3));
    SIGNAL.set(false);
}

static FAILS: AtomicBool = AtomicBool::new(false);
static FAILURES: Given = Given::new();

#[memoize(refresh_after = "10h")]
async fn failing(n: u32) -> Result<u32, Arc<u32>> {
    if FAILS.load(SeqCst) {
        return Err(FAILURES.give(n));
    }
    Ok(n)
}

static PANICKED: Given = Given::new();

#[memoize(refresh_after = "10h")]
async fn panicking(n: u32) -> u32 {
    if FAILS.load(SeqCst) {
        panic_any(PANICKED.give(n));
    }
    n
}

#[test]
fn one_that_fails_or_panics_keeps_the_old_value_and_is_nobodys_concern() {
    let _alone = alone();
    assert_eq!((now(failing(1)), now(panicking(1))), (Ok(1), 1));
    FAILS.store(true, SeqCst);
    for tries in 1..=3 {
        after_hours(11);
        for _ in 0..5 {
            assert_eq!((now(failing(1)), now(panicking(1))), (Ok(1), 1));
        }
        FAILURES.all_gone(tries);
        PANICKED.all_gone(tries);
    }
    FAILS.store(false, SeqCst);
    assert_eq!(counts(failing_cache_info()), (15, 1, 0, 1));
    assert_eq!(counts(panicking_cache_info()), (15, 1, 0, 1));
}

static HANGING_RUNS: AtomicU32 = AtomicU32::new(0);
static NEVER: Signal = Signal::new();
static LOCALS: Given = Given::new();

#[memoize(refresh_after = "10h")]
async fn hanging(n: u32) -> u32 {
    if HANGING_RUNS.fetch_add(1, SeqCst) == 1 {
        let _local = LOCALS.give(n);
        NEVER.given().await;
    }
    n
}

#[test]
fn one_that_hangs_is_asked_again_when_the_next_is_due_and_given_up_if_it_was_fenced_off() {
    let _alone = alone();
    now(hanging(1));
    after_hours(11);
    for _ in 0..3 {
        now(hanging(1));
    }
    for polls in 1..4 {
        assert_eq!((HANGING_RUNS.load(SeqCst), NEVER.polls()), (2, polls));
        after_hours(11);
        for _ in 0..3 {
            now(hanging(1));
        }
    }
    hanging_cache_insert(1, 7);
    after_hours(11);
    for _ in 0..3 {
        assert_eq!(now(hanging(1)), 7);
    }
    LOCALS.all_gone(1);
    after_hours(11);
    assert_eq!(now(hanging(1)), 7);
    assert_eq!(now(hanging(1)), 1);
    assert_eq!(HANGING_RUNS.load(SeqCst), 3);
}

static FORGOTTEN_RUNS: AtomicU32 = AtomicU32::new(0);
static LATER: Signal = Signal::new();

#[memoize(refresh_after = "10h")]
async fn forgotten(n: u32) -> u32 {
    if FORGOTTEN_RUNS.fetch_add(1, SeqCst) % 2 == 1 {
        LATER.given().await;
        return n + 1_000;
    }
    n
}

#[test]
fn what_was_forgotten_or_stored_meanwhile_stays_so() {
    let _alone = alone();
    let meanwhile: [(fn(), Option<u32>); 3] = [
        (|| assert_eq!(forgotten_cache_remove(1), Some(1)), None),
        (forgotten_cache_clear, None),
        (
            || assert_eq!(forgotten_cache_insert(1, 7), Some(1)),
            Some(7),
        ),
    ];
    for (meanwhile, after) in meanwhile {
        forgotten_cache_clear();
        FORGOTTEN_RUNS.store(0, SeqCst);
        LATER.set(false);
        for hours in [0, 11, 0] {
            after_hours(hours);
            assert_eq!(now(forgotten(1)), 1);
        }
        assert_eq!((FORGOTTEN_RUNS.load(SeqCst), LATER.polls()), (2, 1));
        meanwhile();
        LATER.set(true);
        // It is polled, if at all.
        now(forgotten(2));
        assert_eq!(forgotten_cache_get(1), after);
    }
}

static SHARED_RUNS: AtomicU32 = AtomicU32::new(0);
static POLLED: AtomicBool = AtomicBool::new(false);

#[memoize(refresh_after = "10h")]
async fn shared(n: u32) -> u32 {
    let run = SHARED_RUNS.fetch_add(1, SeqCst);
    let mut polls = 0;
    poll_fn(|context| {
        if run == 0 || polls == 100 {
            return Poll::Ready(());
        }
        polls += 1;
        assert!(!POLLED.swap(true, SeqCst), "polled by two at once");
        context.waker().wake_by_ref();
        thread::yield_now();
        POLLED.store(false, SeqCst);
        Poll::Pending
    })
    .await;
    1_000 * run + n
}

#[test]
fn one_of_many_callers_at_a_time_polls_it() {
    let _alone = alone();
    now(shared(1));
    after_hours(11);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| while now(shared(1)) == 1 {});
        }
    });
    assert_eq!(SHARED_RUNS.load(SeqCst), 2);
    assert_eq!(shared_cache_get(1), Some(1_001));
    assert_eq!(shared_cache_info().misses, 1);
}

static CHAIN_RUNS: AtomicU32 = AtomicU32::new(0);

/// Each refresh asks for the next key, whose refresh is due, too.
#[memoize(refresh_after = "10h")]
async fn chain(n: u32) -> u32 {
    CHAIN_RUNS.fetch_add(1, SeqCst);
    if n == 0 {
        0
    } else {
        1 + Box::pin(chain(n - 1)).await
    }
}

#[test]
fn refreshes_that_lead_to_others_do_not_nest() {
    let _alone = alone();
    for n in 0..1_000 {
        assert_eq!(now(chain(n)), n);
    }
    after_hours(11);
    let mut calls = 0;
    while CHAIN_RUNS.load(SeqCst) < 2_000 {
        assert_eq!(now(chain(999)), 999);
        calls += 1;
        assert!(calls <= 1_001, "a call polls what is due");
    }
    assert_eq!(chain_cache_info().misses, 1_000);
}

static DOWN: AtomicBool = AtomicBool::new(false);

#[memoize(ttl = "10h", stale_if_error = "5h", err_ttl = "1h")]
async fn stale(n: u32) -> Result<u32, &'static str> {
    if DOWN.load(SeqCst) {
        Err("down")
    } else {
        Ok(n)
    }
}

#[test]
fn a_value_that_is_over_stands_in_for_an_error_of_an_async_body_too() {
    let _alone = alone();
    assert_eq!(now(stale(1)), Ok(1));
    DOWN.store(true, SeqCst);
    after_hours(11);
    for _ in 0..2 {
        assert_eq!(now(stale(1)), Ok(1));
        assert_eq!(stale_cache_get(1), None);
    }
    after_hours(5);
    for _ in 0..2 {
        assert_eq!(now(stale(1)), Err("down"));
    }
    assert_eq!(counts(stale_cache_info()), (1, 4, 3, 1));
}

#[memoize(refresh_after = "10h")]
async fn generic<T: Clone + Eq + std::hash::Hash + Send + Sync + 'static>(value: T) -> (T, bool) {
    let again = GENERIC.swap(true, SeqCst);
    (value, again)
}

static GENERIC: AtomicBool = AtomicBool::new(false);

#[test]
fn instances_of_a_generic_function_refresh_by_themselves() {
    let _alone = alone();
    assert_eq!(now(generic("text")), ("text", false));
    assert_eq!(now(generic(7)), (7, true));
    after_hours(11);
    assert_eq!(now(generic("text")), ("text", false));
    assert_eq!(now(generic(7)), (7, true));
    assert_eq!(generic_cache_get("text"), Some(("text", false)));
    assert_eq!(now(generic("text")), ("text", true));
}
