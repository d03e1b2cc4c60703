//! `single_flight`, `max_wait` and `on_evict`, with values of every form.
#![deny(warnings, unused)]
use memofn::{Cause, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

static TOLD: AtomicU32 = AtomicU32::new(0);

mod listeners {
    use memofn::Cause;

    pub fn told(key: &(String, u32), value: &str, _: Cause) {
        assert!(value.len() >= key.0.len());
        super::TOLD.fetch_add(1, super::Relaxed);
    }

    pub struct Listener;

    impl Listener {
        pub fn told(_key: &u32, _value: &u32, _cause: Cause) {}
    }
}

#[memoize(single_flight = false)]
fn each_for_itself(n: u32) -> u32 {
    n
}

#[memoize(single_flight = true, max_wait = "1m 30s")]
fn once(n: u32) -> u32 {
    n
}

#[memoize(max_wait = Duration::from_millis(20) * 2)]
fn patient(n: u32) -> u32 {
    n
}

#[memoize(single_flight = (false), capacity = 0)]
fn never_stored(n: u32) -> u32 {
    n
}

#[memoize(scope = "thread", single_flight = false)]
fn of_this_thread(n: u32) -> u32 {
    n
}

#[memoize(capacity = 1, on_evict = |key, value, cause| listeners::told(key, value, cause))]
fn told_by_closure(text: &str, n: u32) -> String {
    text.repeat(n as usize)
}

#[memoize(capacity = 1, on_evict = listeners::Listener::told)]
fn told_by_path(n: u32) -> u32 {
    n
}

#[memoize(capacity = 1, on_evict = |_: &u32, value: &Option<u32>, cause: Cause| {
    if value.is_none() { println!("{cause}"); }
})]
fn told_with_types(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[memoize(scope = "thread", on_evict = |_, _, _| ())]
fn told_in_this_thread(n: u32) -> u32 {
    n
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

impl Shape {
    fn gone(_: &Self, _: &u32, _: Cause) {}

    #[memoize(on_evict = Self::gone, max_wait = "1s")]
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

pub(crate) fn main() {
    for n in [1, 2, 1] {
        assert_eq!((each_for_itself(n), once(n), patient(n)), (n, n, n));
        assert_eq!((never_stored(n), of_this_thread(n), told_by_path(n)), (n, n, n));
        assert_eq!(told_by_closure("a", n), "a".repeat(n as usize));
        assert_eq!((told_with_types(n), told_in_this_thread(n)), (n.checked_sub(1), n));
        assert_eq!(Shape(n).area(), n * n);
    }
    assert!(TOLD.load(Relaxed) <= 2);
}
