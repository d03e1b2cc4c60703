//! A value made at first use, by user code that runs without a lock.
//!
//! Unlike a `OnceLock`, the thread that makes the value may ask for it again on the way (an option's
//! expression that calls the function it belongs to) and gets none instead of a deadlock. Other
//! threads wait for it; not for ever, since what it waits for may be waiting for them, and hardly at
//! all where they are inside a computation.

use crate::joined::MAX_WAIT_INSIDE;
use crate::waits;
use once_cell::sync::OnceCell;
use parking_lot::{Condvar, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// Longest wait for another thread's value.
const MAX_WAIT: Duration = Duration::from_secs(10);

pub(crate) struct Lazy<T> {
    value: OnceCell<T>,
    /// Who is making it.
    maker: Mutex<Option<ThreadId>>,
    made: Condvar,
}

impl<T> Lazy<T> {
    pub(crate) const fn new() -> Self {
        Self {
            value: OnceCell::new(),
            maker: Mutex::new(None),
            made: Condvar::new(),
        }
    }

    /// The value, if it is made.
    #[inline]
    pub(crate) fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value; none while this very thread is making it. If `make` panics, the next caller tries.
    #[inline]
    pub(crate) fn get_or_make(&self, make: impl FnOnce() -> T) -> Option<&T> {
        match self.value.get() {
            Some(value) => Some(value),
            None if waits::is_inside() => self.wait_or_make(MAX_WAIT_INSIDE, make),
            None => self.wait_or_make(MAX_WAIT, make),
        }
    }

    /// The same for who can't do without: the wait is as long inside a computation as elsewhere.
    pub(crate) fn get_or_make_at_last(&self, make: impl FnOnce() -> T) -> Option<&T> {
        let value = self.value.get();
        value.or_else(|| self.wait_or_make(MAX_WAIT, make))
    }

    #[cold]
    fn wait_or_make(&self, longest: Duration, make: impl FnOnce() -> T) -> Option<&T> {
        let me = thread::current().id();
        let mut maker = self.maker.lock();
        while let Some(other) = *maker {
            if other == me || self.made.wait_for(&mut maker, longest).timed_out() {
                return self.value.get();
            }
        }
        if self.value.get().is_none() {
            *maker = Some(me);
            drop(maker);
            let _done = Done(self);
            // Fails only if it is set already, which the maker's mark rules out.
            let _ = self.value.set(make());
        }
        self.value.get()
    }
}

/// Takes the maker's mark away, whether the value was made or not.
struct Done<'l, T>(&'l Lazy<T>);

impl<T> Drop for Done<'_, T> {
    fn drop(&mut self) {
        *self.0.maker.lock() = None;
        self.0.made.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    #[test]
    fn makes_the_value_once_for_all_threads() {
        let (lazy, made, start) = (Lazy::new(), AtomicU32::new(0), Barrier::new(8));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let value = lazy.get_or_make(|| made.fetch_add(1, Relaxed) + 7);
                    assert_eq!(value, Some(&7));
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn asking_on_the_way_gives_none() {
        let lazy = Lazy::new();
        let value = lazy.get_or_make(|| lazy.get_or_make(|| 1).map_or(7, |value| value + 1));
        assert_eq!(value, Some(&7));
    }

    #[test]
    fn a_panic_leaves_it_to_the_next() {
        let lazy = Lazy::new();
        let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            lazy.get_or_make(|| panic!("no value"));
        }));
        assert!(failed.is_err());
        assert_eq!(lazy.get_or_make(|| 3), Some(&3));
    }
}
