//! The option of the attribute, with all that composes with it.

use crate::causes::alone;
use memofn::{Cause, memoize, testing};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

thread_local! {
    /// What the listeners of this thread were told.
    static TOLD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn note(what: String) {
    TOLD.with_borrow_mut(|told| told.push(what));
}

fn told() -> Vec<String> {
    let mut told = TOLD.take();
    told.sort();
    told
}

fn by_key(key: &(String, u32), value: &usize, cause: Cause) {
    note(format!("{} {}: {value} {cause}", key.0, key.1));
}

#[memoize(capacity = 2, on_evict = by_key)]
fn repeat(text: &str, times: u32) -> usize {
    text.len() * times as usize
}

#[test]
fn all_ways_of_a_function() {
    for times in 1..=3 {
        repeat("ab", times);
    }
    assert_eq!(told(), ["ab 1: 2 evicted"]);
    repeat_cache_insert("ab", 2, 7);
    assert_eq!(told(), ["ab 2: 4 replaced"]);
    assert_eq!(repeat_cache_refresh("ab", 2), 4);
    assert_eq!(told(), ["ab 2: 7 replaced"]);
    repeat_cache_remove("ab", 2);
    assert_eq!(told(), ["ab 2: 4 removed"]);
    repeat_cache().retain(|_, _| false);
    assert_eq!(told(), ["ab 3: 6 removed"]);
    repeat("ab", 4);
    repeat_cache_clear();
    assert_eq!(told(), ["ab 4: 8 cleared"]);
    repeat_uncached("ab", 5);
    assert_eq!(told(), [""; 0]);
}

/// Errors that are not stored aren't told; a refresh that gives one keeps the old entry.
#[memoize(capacity = 1, on_evict = |key, value, cause| note(format!("{key}: {value:?} {cause}")))]
fn parse(text: &str) -> Result<u32, String> {
    FAILS.with(|fails| {
        if fails.get() {
            Err("fails".to_owned())
        } else {
            Ok(text.len() as u32)
        }
    })
}

thread_local! {
    static FAILS: Cell<bool> = const { Cell::new(false) };
}

#[test]
fn results() {
    assert_eq!(parse("a"), Ok(1));
    FAILS.set(true);
    assert!(parse("b").is_err() && parse_cache_refresh("a").is_err());
    assert_eq!(told(), [""; 0]);
    FAILS.set(false);
    assert_eq!(parse("b"), Ok(1));
    assert_eq!(told(), ["a: Ok(1) evicted"]);
    parse_cache_insert("b", Err("not stored".to_owned()));
    assert_eq!(told(), ["b: Ok(1) removed"]);
}

#[memoize(ttl = "1h", on_evict = |key, value, cause| note(format!("{key}: {value} {cause}")))]
fn hourly(n: u32) -> u32 {
    10 * n
}

#[test]
fn expiry() {
    let _alone = alone();
    hourly(1);
    testing::advance(Duration::from_secs(3_600));
    hourly(1);
    assert_eq!(told(), ["1: 10 expired"]);
    testing::advance(Duration::from_secs(3_600));
    assert_eq!(hourly_cache_info().len, 0);
    assert_eq!(told(), ["1: 10 expired"]);
}

/// Neither `Send` nor `Sync`.
#[memoize(scope = "thread", capacity = 1, on_evict = |key, value, cause| {
    note(format!("{key}: {} {cause}", Rc::strong_count(value)));
})]
fn local(n: u32) -> Rc<u32> {
    Rc::new(n)
}

#[test]
fn scope_of_a_thread() {
    let kept = local(1);
    local(2);
    assert_eq!(told(), ["1: 2 evicted"]);
    assert_eq!(Rc::strong_count(&kept), 1);
    local_cache_clear();
    assert_eq!(told(), ["2: 1 cleared"]);
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

impl Shape {
    #[memoize(capacity = 1, on_evict = Self::gone)]
    fn area(&self, side: u32) -> u32 {
        self.0 * side
    }

    fn gone(key: &(Shape, u32), value: &u32, cause: Cause) {
        note(format!("{} {}: {value} {cause}", key.0.0, key.1));
    }
}

#[test]
fn methods() {
    Shape(2).area(3);
    Shape(3).area(3);
    assert_eq!(told(), ["2 3: 6 evicted"]);
}

#[memoize(capacity = 1, on_evict = |key, _, cause| {
    // It computes another result of the same function, and takes its own back.
    if *key < 3 && cause == Cause::Evicted {
        note(format!("{key}, then {}", nested(*key + 10)));
        nested_cache_remove(*key + 10);
    }
})]
fn nested(n: u32) -> u32 {
    2 * n
}

#[test]
fn a_listener_may_call_its_function() {
    nested(1);
    nested(4);
    assert_eq!(told(), ["1, then 22"]);
    assert_eq!(nested_cache_info().len, 0, "4 was evicted by 11");
    nested(1);
    nested(2);
    nested(5);
    assert_eq!(told(), ["1, then 22", "2, then 24"]);
}

static ASYNC: Mutex<Vec<(u32, Cause)>> = Mutex::new(Vec::new());

#[memoize(capacity = 1, on_evict = |key, _, cause| ASYNC.lock().unwrap().push((*key, cause)))]
async fn fetch(n: u32) -> u32 {
    std::future::ready(n).await
}

#[test]
fn async_functions() {
    use std::task::{Context, Poll, Waker};
    let poll = |n| {
        let mut call = std::pin::pin!(fetch(n));
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Ready(n));
    };
    (1..=3).for_each(poll);
    let told = std::mem::take(&mut *ASYNC.lock().unwrap());
    assert_eq!(told, [(1, Cause::Evicted), (2, Cause::Evicted)]);
}

/// An entry that stands in for errors leaves when it is of no use any more.
#[memoize(ttl = "1h", stale_if_error = "1h", on_evict = |key, value, cause| {
    note(format!("{key}: {value:?} {cause}"));
})]
fn stale(n: u32) -> Result<u32, String> {
    FAILS.with(|fails| {
        if fails.get() {
            Err("fails".to_owned())
        } else {
            Ok(10 * n)
        }
    })
}

#[test]
fn what_stands_in_for_errors() {
    let _alone = alone();
    let hour = || testing::advance(Duration::from_secs(3_601));
    FAILS.set(false);
    assert_eq!(stale(1), Ok(10));
    hour();
    FAILS.set(true);
    assert_eq!(stale(1), Ok(10));
    assert_eq!(told(), [""; 0], "it keeps its place");
    FAILS.set(false);
    assert_eq!(stale(1), Ok(10));
    assert_eq!(told(), ["1: Ok(10) expired"]);
    hour();
    hour();
    FAILS.set(true);
    assert!(stale(1).is_err());
    assert_eq!(told(), ["1: Ok(10) expired"]);
    FAILS.set(false);
}

static REFRESHED: Mutex<Vec<(u32, Cause)>> = Mutex::new(Vec::new());

#[memoize(refresh_after = "1h", on_evict = |_, value, cause| {
    REFRESHED.lock().unwrap().push((*value, cause));
    panic!("nobody waits for this");
})]
fn refreshed(_n: u32) -> u32 {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    RUNS.fetch_add(1, Relaxed)
}

/// It is the refresh that lets the old one leave.
#[test]
fn what_is_refreshed_in_the_background() {
    let _alone = alone();
    assert_eq!(refreshed(1), 0);
    testing::advance(Duration::from_secs(3_601));
    assert_eq!(refreshed(1), 0);
    while REFRESHED.lock().unwrap().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(refreshed(1), 1);
    assert_eq!(*REFRESHED.lock().unwrap(), [(0, Cause::Replaced)]);
}
