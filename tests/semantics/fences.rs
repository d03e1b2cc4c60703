//! Cleared is cleared: what began to be computed before a `clear`, `remove`, `insert` or `refresh` is
//! returned to its caller and not stored.
//!
//! A gate holds the first body in another thread, at a known place, while the test does something.

use memofn::{Cache, memoize};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

const OLD: u32 = 1;
const NEW: u32 = 2;

/// The body's side of each hold that is still to come: it says that it is there and waits.
struct Gate(Mutex<Vec<(Sender<()>, Receiver<()>)>>);

/// The test's side.
struct Hold {
    entered: Receiver<()>,
    leave: Sender<()>,
}

impl Gate {
    const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The next body will be held.
    fn hold_next(&self) -> Hold {
        let (entering, entered) = mpsc::channel();
        let (leave, left) = mpsc::channel();
        self.holds().push((entering, left));
        Hold { entered, leave }
    }

    /// Called by bodies: a held one is an old one.
    fn pass(&self) -> u32 {
        let hold = self.holds().pop();
        match hold {
            Some((entering, left)) => {
                entering.send(()).unwrap();
                left.recv().unwrap();
                OLD
            }
            None => NEW,
        }
    }

    fn holds(&self) -> std::sync::MutexGuard<'_, Vec<(Sender<()>, Receiver<()>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold {
    fn wait_until_entered(&self) {
        self.entered.recv().unwrap();
    }

    fn release(self) {
        self.leave.send(()).unwrap();
    }
}

/// Runs `meanwhile` while a call is in its body, then lets that come to its end; it must answer `OLD`.
fn while_computing(gate: &Gate, call: fn() -> u32, meanwhile: impl FnOnce()) {
    let hold = gate.hold_next();
    let caller = thread::spawn(call);
    hold.wait_until_entered();
    meanwhile();
    hold.release();
    assert_eq!(
        caller.join().unwrap(),
        OLD,
        "the caller gets its own answer"
    );
}

static UNDISTURBED: Gate = Gate::new();

#[memoize]
fn undisturbed(n: u32) -> u32 {
    n + UNDISTURBED.pass()
}

#[test]
fn what_concerns_other_keys_fences_nothing() {
    while_computing(
        &UNDISTURBED,
        || undisturbed(0),
        || {
            undisturbed_cache_remove(10);
            undisturbed_cache_insert(20, 7);
            undisturbed_cache_refresh(30);
            assert_eq!(undisturbed(40), 40 + NEW);
            assert_eq!(undisturbed_cache_get(0), None);
            undisturbed_cache_info();
        },
    );
    assert_eq!(undisturbed_cache_get(0), Some(OLD));
}

static CLEARED: Gate = Gate::new();

#[memoize]
fn cleared(n: u32) -> u32 {
    n + CLEARED.pass()
}

#[test]
fn clear_fences() {
    while_computing(&CLEARED, || cleared(0), cleared_cache_clear);
    assert_eq!(cleared_cache_get(0), None);
    assert_eq!(cleared_cache_info().len, 0);
    assert_eq!(cleared(0), NEW);
}

static CLEARED_AND_CALLED: Gate = Gate::new();

#[memoize]
fn cleared_and_called(n: u32) -> u32 {
    n + CLEARED_AND_CALLED.pass()
}

/// A call after the clear neither joins the old computation nor is overwritten by it.
#[test]
fn a_call_after_the_clear_computes_anew() {
    while_computing(
        &CLEARED_AND_CALLED,
        || cleared_and_called(0),
        || {
            cleared_and_called_cache_clear();
            assert_eq!(cleared_and_called(0), NEW);
            assert_eq!(cleared_and_called_cache_get(0), Some(NEW));
        },
    );
    assert_eq!(cleared_and_called_cache_get(0), Some(NEW));
}

static REMOVED: Gate = Gate::new();

#[memoize]
fn removed(n: u32) -> u32 {
    n + REMOVED.pass()
}

#[test]
fn remove_fences() {
    while_computing(
        &REMOVED,
        || removed(0),
        || {
            assert_eq!(removed_cache_remove(0), None, "there is nothing yet");
        },
    );
    assert_eq!(removed_cache_get(0), None);
    while_computing(
        &REMOVED,
        || removed(0),
        || {
            assert_eq!(removed_cache_remove(0), None);
            assert_eq!(removed(0), NEW);
            assert_eq!(removed_cache_remove(0), Some(NEW));
        },
    );
    assert_eq!(removed_cache_get(0), None);
}

static INSERTED: Gate = Gate::new();

#[memoize(capacity = 1)]
fn inserted(n: u32) -> u32 {
    n + INSERTED.pass()
}

#[test]
fn insert_fences() {
    while_computing(
        &INSERTED,
        || inserted(0),
        || {
            assert_eq!(inserted_cache_insert(0, 77), None);
        },
    );
    assert_eq!(inserted_cache_get(0), Some(77));
    inserted_cache_clear();
    // Also when what was inserted has been evicted.
    while_computing(
        &INSERTED,
        || inserted(0),
        || {
            inserted_cache_insert(0, 77);
            inserted_cache_insert(1, 78);
        },
    );
    assert_eq!(inserted_cache_get(0), None);
    assert_eq!(inserted_cache_get(1), Some(78));
}

static REFRESHED: Gate = Gate::new();

#[memoize]
fn refreshed(n: u32) -> u32 {
    n + REFRESHED.pass()
}

#[test]
fn refresh_fences() {
    while_computing(
        &REFRESHED,
        || refreshed(0),
        || {
            assert_eq!(refreshed_cache_refresh(0), NEW);
        },
    );
    assert_eq!(refreshed_cache_get(0), Some(NEW));
}

static TWO_REFRESHES: Gate = Gate::new();

#[memoize]
fn two_refreshes(n: u32) -> u32 {
    n + TWO_REFRESHES.pass()
}

#[test]
fn the_later_refresh_wins() {
    two_refreshes_cache_insert(0, 55);
    while_computing(
        &TWO_REFRESHES,
        || two_refreshes_cache_refresh(0),
        || {
            assert_eq!(
                two_refreshes_cache_get(0),
                Some(55),
                "the old value stays until there is a new one"
            );
            assert_eq!(two_refreshes_cache_refresh(0), NEW);
        },
    );
    assert_eq!(two_refreshes_cache_get(0), Some(NEW));
}

static HELD_REFRESH: Gate = Gate::new();

#[memoize]
fn held_refresh(n: u32) -> u32 {
    n + HELD_REFRESH.pass()
}

/// A refresh fences from its beginning, not from when it stores.
#[test]
fn a_refresh_fences_while_it_computes() {
    let call = HELD_REFRESH.hold_next();
    let caller = thread::spawn(|| held_refresh(0));
    call.wait_until_entered();
    let refresh = HELD_REFRESH.hold_next();
    let refresher = thread::spawn(|| held_refresh_cache_refresh(0));
    refresh.wait_until_entered();

    call.release();
    assert_eq!(caller.join().unwrap(), OLD);
    assert_eq!(
        held_refresh_cache_get(0),
        None,
        "the call began before the refresh"
    );
    refresh.release();
    assert_eq!(refresher.join().unwrap(), OLD);
    assert_eq!(held_refresh_cache_get(0), Some(OLD));
}

static REFRESH_CLEARED: Gate = Gate::new();

#[memoize]
fn refresh_cleared(n: u32) -> u32 {
    n + REFRESH_CLEARED.pass()
}

#[test]
fn a_refresh_is_fenced_like_a_call() {
    refresh_cleared_cache_insert(0, 55);
    while_computing(
        &REFRESH_CLEARED,
        || refresh_cleared_cache_refresh(0),
        refresh_cleared_cache_clear,
    );
    assert_eq!(refresh_cleared_cache_get(0), None);
    while_computing(
        &REFRESH_CLEARED,
        || refresh_cleared_cache_refresh(0),
        || {
            refresh_cleared_cache_remove(0);
        },
    );
    assert_eq!(refresh_cleared_cache_get(0), None);
    while_computing(
        &REFRESH_CLEARED,
        || refresh_cleared_cache_refresh(0),
        || {
            refresh_cleared_cache_insert(0, 66);
        },
    );
    assert_eq!(refresh_cleared_cache_get(0), Some(66));
}

#[memoize]
fn clears_itself(n: u32) -> u32 {
    match n % 10 {
        0 => clears_itself_cache_clear(),
        1 => assert_eq!(clears_itself_cache_remove(n), None),
        2 => assert_eq!(clears_itself_cache_insert(n, 99), None),
        _ => (),
    }
    n
}

#[test]
fn a_body_that_fences_itself_is_not_stored() {
    assert_eq!(clears_itself(10), 10);
    assert_eq!(clears_itself_cache_get(10), None);
    assert_eq!(clears_itself(11), 11);
    assert_eq!(clears_itself_cache_get(11), None);
    assert_eq!(clears_itself(12), 12);
    assert_eq!(clears_itself_cache_get(12), Some(99));
    assert_eq!(clears_itself(13), 13);
    assert_eq!(clears_itself_cache_get(13), Some(13));
}

static REFUSED: Gate = Gate::new();

#[memoize(cache_if = |value: &u32| *value < 100)]
fn refused(n: u32) -> u32 {
    n + REFUSED.pass()
}

/// An insert that is refused fences all the same.
#[test]
fn a_refused_insert_fences() {
    while_computing(
        &REFUSED,
        || refused(0),
        || {
            assert_eq!(refused_cache_insert(0, 1_000), None);
        },
    );
    assert_eq!(refused_cache_get(0), None);
}

static PANICS: AtomicBool = AtomicBool::new(true);

#[memoize]
fn panics_once(n: u32) -> u32 {
    assert!(!PANICS.swap(false, Relaxed), "once");
    n
}

/// A refresh that fails leaves no fence behind.
#[test]
fn after_a_refresh_that_panicked_calls_are_stored() {
    panics_once_cache_insert(0, 5);
    assert!(std::panic::catch_unwind(|| panics_once_cache_refresh(0)).is_err());
    assert_eq!(panics_once_cache_get(0), Some(5));
    panics_once_cache_remove(0);
    assert_eq!(panics_once(0), 0);
    assert_eq!(panics_once_cache_get(0), Some(0));
}

#[test]
fn fences_hold_for_a_cache_by_hand() {
    let fences: [fn(&Cache<u32, u32>); 3] = [
        Cache::clear,
        |cache| assert_eq!(cache.remove(&0), None),
        |cache| assert_eq!(cache.insert(0, 77), None),
    ];
    for (fence, left) in fences.into_iter().zip([None, None, Some(77)]) {
        let cache = Arc::new(Cache::new(10));
        let gate = Arc::new(Gate::new());
        let hold = gate.hold_next();
        let caller = thread::spawn({
            let (cache, gate) = (Arc::clone(&cache), Arc::clone(&gate));
            move || cache.get_or_insert_with(&0, || gate.pass())
        });
        hold.wait_until_entered();
        fence(&cache);
        hold.release();
        assert_eq!(caller.join().unwrap(), OLD);
        assert_eq!(cache.peek(&0), left);
    }
}

#[test]
fn an_insertion_that_stores_nothing_is_a_fence_too() {
    let cache = Cache::new(10);
    cache.get_or_insert_with(&1, || {
        cache.set_capacity(0);
        cache.insert(1, "new");
        cache.set_capacity(10);
        "old"
    });
    assert_eq!(cache.peek(&1), None);
}
