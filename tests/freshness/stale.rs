//! `stale_if_error`.

use crate::tools::{after_hours, alone, counts};
use memofn::memoize;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// One backend for all: down, or giving a number that grows with each call.
static DOWN: AtomicBool = AtomicBool::new(false);
static RUNS: AtomicU32 = AtomicU32::new(0);

type Answer = Result<u32, &'static str>;

const ERROR: Answer = Err("down");

fn ask_backend() -> Answer {
    let run = RUNS.fetch_add(1, SeqCst);
    if DOWN.load(SeqCst) { ERROR } else { Ok(run) }
}

fn backend_up() {
    DOWN.store(false, SeqCst);
    RUNS.store(0, SeqCst);
}

#[memoize(ttl = "10h", stale_if_error = "5h")]
fn plain(n: u32) -> Answer {
    let _ = n;
    ask_backend()
}

#[test]
fn for_that_long_past_its_end_a_value_stands_in_for_an_error() {
    let _alone = alone();
    backend_up();
    plain_cache_clear();
    assert_eq!(plain(1), Ok(0));
    DOWN.store(true, SeqCst);
    after_hours(9);
    assert_eq!(plain(1), Ok(0));
    assert_eq!(counts(plain_cache_info()), (1, 1, 0, 1));
    // Over, but there: it is seen by nobody, and each call runs the body.
    after_hours(2);
    for calls in 1..=3 {
        assert_eq!(plain(1), Ok(0));
        assert_eq!(counts(plain_cache_info()), (1, 1 + calls, calls, 1));
    }
    assert_eq!(plain_cache_get(1), None);
    assert_eq!(plain_cache().get(&1), None);
    assert_eq!(plain_cache().peek(&1), None);
    assert!(!plain_cache().contains_key(&1));
    assert_eq!(plain_cache().iter().count(), 0);
    assert_eq!(RUNS.load(SeqCst), 4);
    after_hours(3);
    assert_eq!(plain(1), Ok(0));
    assert_eq!(plain_cache_info().expirations, 0);
    // Gone.
    after_hours(2);
    assert_eq!(plain(1), ERROR);
    assert_eq!(counts(plain_cache_info()), (1, 7, 5, 0));
    assert_eq!(plain_cache_info().expirations, 1);
    // Of another key there is nothing.
    assert_eq!(plain(2), ERROR);
}

#[test]
fn a_value_that_comes_back_takes_its_place() {
    let _alone = alone();
    backend_up();
    plain_cache_clear();
    assert!(plain(1).is_ok());
    after_hours(11);
    DOWN.store(true, SeqCst);
    assert_eq!(plain(1), Ok(0));
    DOWN.store(false, SeqCst);
    assert_eq!(plain(1), Ok(2));
    assert_eq!(plain(1), Ok(2));
    let info = plain_cache_info();
    assert_eq!(counts(info), (1, 3, 1, 1));
    assert_eq!(info.expirations, 1);
    // With a window of its own.
    DOWN.store(true, SeqCst);
    after_hours(14);
    assert_eq!(plain(1), Ok(2));
    after_hours(2);
    assert_eq!(plain(1), ERROR);
    assert_eq!(plain_cache_info().expirations, 2);
}

#[test]
fn what_is_forgotten_stands_in_for_nothing() {
    let _alone = alone();
    backend_up();
    plain_cache_clear();
    for n in 0..5 {
        assert!(plain(n).is_ok());
    }
    DOWN.store(true, SeqCst);
    after_hours(11);
    let before = plain_cache_info().expirations;
    assert_eq!(plain_cache_remove(0), None, "it had expired");
    assert_eq!(plain(0), ERROR);
    assert_eq!(plain_cache_insert(1, Ok(70)), None, "likewise");
    assert_eq!(plain(1), Ok(70));
    assert_eq!(plain_cache_info().expirations, before + 2);
    // What may still be given is asked about.
    plain_cache().retain(|key, _| *key != 2);
    assert_eq!(plain(2), ERROR);
    assert_eq!(plain(3), Ok(3));
    // An error that isn't stored takes the old value away, too.
    assert_eq!(plain_cache_insert(3, ERROR), None);
    assert_eq!(plain(3), ERROR);
    plain_cache_clear();
    assert_eq!(plain(4), ERROR);
}

#[test]
fn a_refresh_by_hand_is_answered_likewise() {
    let _alone = alone();
    backend_up();
    plain_cache_clear();
    assert!(plain(1).is_ok());
    DOWN.store(true, SeqCst);
    assert_eq!(plain_cache_refresh(1), ERROR, "nothing is over");
    assert_eq!(plain(1), Ok(0));
    after_hours(11);
    assert_eq!(plain_cache_refresh(1), Ok(0));
    assert_eq!(plain(1), Ok(0));
    DOWN.store(false, SeqCst);
    assert_eq!(plain_cache_refresh(1), Ok(4));
    assert_eq!(plain(1), Ok(4));
    assert_eq!(counts(plain_cache_info()), (2, 2, 1, 1));
}

#[memoize(ttl = "10h", stale_if_error = "100h", capacity = 2)]
fn bounded(n: u32) -> Answer {
    let _ = n;
    ask_backend()
}

#[test]
fn it_keeps_its_place_as_long_as_the_policy_lets_it() {
    let _alone = alone();
    backend_up();
    assert_eq!((bounded(1), bounded(2)), (Ok(0), Ok(1)));
    after_hours(11);
    DOWN.store(true, SeqCst);
    // Standing in is a use: 2 is the least recently used one.
    assert_eq!(bounded(1), Ok(0));
    bounded_cache_insert(3, Ok(3));
    let info = bounded_cache_info();
    assert_eq!((info.len, info.evictions, info.expirations), (2, 1, 0));
    assert_eq!(bounded(2), ERROR);
    assert_eq!(bounded(1), Ok(0));
    // In a full cache it makes room for its own successor, as the one that has expired.
    DOWN.store(false, SeqCst);
    assert_eq!(bounded(3), Ok(3));
    assert_eq!(bounded(1), Ok(5));
    let info = bounded_cache_info();
    assert_eq!((info.len, info.evictions, info.expirations), (2, 1, 1));
    after_hours(11);
    bounded_cache().set_capacity(1);
    DOWN.store(true, SeqCst);
    assert_eq!(bounded(3), ERROR);
    assert_eq!(bounded(1), Ok(5));
    assert_eq!(bounded_cache_info().evictions, 2);
}

#[memoize(policy = "fifo", ttl = "10h", stale_if_error = "100h", capacity = 1)]
fn alone_in_there(n: u32) -> Answer {
    let _ = n;
    ask_backend()
}

#[test]
fn a_successor_of_what_has_expired_counts_an_expiration_whoever_makes_room() {
    let _alone = alone();
    backend_up();
    assert!(alone_in_there(1).is_ok());
    for rounds in 1..=3 {
        after_hours(11);
        assert!(alone_in_there(1).is_ok());
        let info = alone_in_there_cache_info();
        assert_eq!((info.evictions, info.expirations), (0, rounds));
    }
}

#[memoize(ttl = "10h", stale_if_error = "5h", err_ttl = "2h")]
fn with_err_ttl(n: u32) -> Answer {
    let _ = n;
    ask_backend()
}

#[test]
fn with_err_ttl_an_error_is_stored_when_nothing_stands_in_for_it() {
    let _alone = alone();
    backend_up();
    assert!(with_err_ttl(1).is_ok());
    DOWN.store(true, SeqCst);
    after_hours(11);
    for _ in 0..2 {
        assert_eq!(with_err_ttl(1), Ok(0));
    }
    assert_eq!(RUNS.load(SeqCst), 3, "the error wasn't stored");
    after_hours(5);
    for _ in 0..2 {
        assert_eq!(with_err_ttl(1), ERROR);
    }
    assert_eq!(RUNS.load(SeqCst), 4, "now it was");
    assert_eq!(counts(with_err_ttl_cache_info()), (1, 4, 3, 1));
    // It keeps no place when it is over, and stands in for nothing.
    after_hours(3);
    assert_eq!(with_err_ttl_cache_info().len, 0);
    assert_eq!(with_err_ttl(1), ERROR);
    after_hours(3);
    DOWN.store(false, SeqCst);
    assert_eq!(with_err_ttl(1), Ok(5));
    assert_eq!(counts(with_err_ttl_cache_info()), (1, 6, 4, 1));
    assert_eq!(with_err_ttl_cache_info().expirations, 3);
}

#[memoize(ttl = "10h", stale_if_error = "100h", tti = "20h")]
fn with_tti(n: u32) -> Answer {
    let _ = n;
    ask_backend()
}

#[test]
fn what_nobody_asks_for_is_gone_before_its_time() {
    let _alone = alone();
    backend_up();
    assert!(with_tti(1).is_ok());
    assert!(with_tti(2).is_ok());
    DOWN.store(true, SeqCst);
    for _ in 0..4 {
        after_hours(15);
        assert_eq!(with_tti(1), Ok(0));
    }
    assert_eq!(with_tti(2), ERROR);
    assert_eq!(with_tti_cache_info().len, 1);
    after_hours(21);
    assert_eq!(with_tti(1), ERROR);
    assert_eq!(with_tti_cache_info().expirations, 2);
}

#[memoize(ttl = "10h", stale_if_error = "5h", scope = "thread")]
fn of_this_thread(n: u32) -> Answer {
    let _ = n;
    ask_backend()
}

#[test]
fn caches_of_one_thread_do_it_too() {
    let _alone = alone();
    backend_up();
    assert_eq!(of_this_thread(1), Ok(0));
    DOWN.store(true, SeqCst);
    after_hours(14);
    assert_eq!(of_this_thread(1), Ok(0));
    after_hours(2);
    assert_eq!(of_this_thread(1), ERROR);
    assert_eq!(counts(of_this_thread_cache_info()), (0, 3, 2, 0));
}

/// Counts how often others are compared with it.
#[derive(Clone)]
struct Watched(Arc<(Mutex<usize>, Condvar)>);

impl Watched {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn compared(&self, times: usize) {
        let mut seen = self.0.0.lock().unwrap();
        while *seen < times {
            seen = self.0.1.wait(seen).unwrap();
        }
    }
}

impl Hash for Watched {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl PartialEq for Watched {
    fn eq(&self, stored: &Self) -> bool {
        *stored.0.0.lock().unwrap() += 1;
        stored.0.1.notify_all();
        true
    }
}

impl Eq for Watched {}

#[derive(Debug)]
struct NotClone;

static WAITERS: AtomicUsize = AtomicUsize::new(0);

#[memoize(ttl = "10h", stale_if_error = "5h")]
fn waited_for(key: &Watched) -> Result<u32, NotClone> {
    // The others have been compared with this one, and wait.
    key.compared(WAITERS.load(SeqCst));
    ask_backend().map_err(|_| NotClone)
}

#[test]
fn those_who_wait_get_it_too() {
    let _alone = alone();
    backend_up();
    assert_eq!(waited_for(&Watched::new()).unwrap(), 0);
    after_hours(11);
    DOWN.store(true, SeqCst);
    WAITERS.store(7, SeqCst);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(waited_for(&Watched::new()).unwrap(), 0));
        }
    });
    let info = waited_for_cache_info();
    assert_eq!(counts(info), (7, 2, 1, 1));
    assert_eq!((info.coalesced, RUNS.load(SeqCst)), (7, 2));
    WAITERS.store(0, SeqCst);
    after_hours(5);
    assert!(waited_for(&Watched::new()).is_err());
}

#[memoize(
    ttl = "10h",
    stale_if_error = "5h",
    err_ttl = "2s",
    refresh_after = "250ms",
    tti = "1h",
    jitter = "5%"
)]
fn everything(n: u32) -> Answer {
    Ok(n)
}

#[memoize(none_ttl = "1m")]
fn nothing(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[test]
fn the_settings_are_shown() {
    assert_eq!(
        everything_cache_parameters().to_string(),
        "policy=unbounded ttl=36000s tti=3600s jitter=5% err_ttl=2s stale_if_error=18000s refresh_after=250ms"
    );
    assert_eq!(
        nothing_cache_parameters().to_string(),
        "policy=unbounded none_ttl=60s"
    );
    assert_eq!((everything(1), nothing(1)), (Ok(1), Some(0)));
}
