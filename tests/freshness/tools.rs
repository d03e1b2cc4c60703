//! A clock, a gate, a count, and values that tell when they are gone.

use memofn::CacheInfo;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

static CLOCK: Mutex<()> = Mutex::new(());

pub(crate) fn alone() -> MutexGuard<'static, ()> {
    CLOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn after_hours(number: u64) {
    memofn::testing::advance(Duration::from_secs(number * 3_600));
}

/// Hits, misses, errors, entries.
pub(crate) fn counts(info: CacheInfo) -> (u64, u64, u64, usize) {
    (info.hits, info.misses, info.errors, info.len)
}

/// Does this run as a refresh in the background?
pub(crate) fn in_background() -> bool {
    thread::current().name() == Some("memofn-refresh")
}

/// Waits for what another thread is about to do; after two minutes it won't.
pub(crate) fn wait_until(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(120), "it never comes");
        thread::yield_now();
    }
}

/// Closed until it is opened. Counts those who come.
pub(crate) struct Gate {
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Gate {
    pub(crate) const fn new() -> Self {
        Self {
            state: Mutex::new((0, false)),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.0 += 1;
        self.changed.notify_all();
        while !state.1 {
            state = self.changed.wait(state).unwrap();
        }
    }

    /// Waits until so many have come, since it was closed.
    pub(crate) fn reached_by(&self, number: usize) {
        let mut state = self.state.lock().unwrap();
        while state.0 < number {
            state = self.changed.wait(state).unwrap();
        }
    }

    pub(crate) fn open(&self) {
        self.state.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    pub(crate) fn close(&self) {
        *self.state.lock().unwrap() = (0, false);
    }
}

/// Watches what bodies have given, in order: what is neither stored nor in anybody's hands is gone.
pub(crate) struct Given(Mutex<Vec<Weak<u32>>>);

impl Given {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(crate) fn give(&self, number: u32) -> Arc<u32> {
        let value = Arc::new(number);
        self.0.lock().unwrap().push(Arc::downgrade(&value));
        value
    }

    /// How often a body has given something.
    pub(crate) fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// Waits until a body has given something that often, and the last of it is gone.
    pub(crate) fn gone(&self, number: usize) {
        self.have_gone(number, 1);
    }

    /// Waits until a body has given something that often, and all of it is gone.
    pub(crate) fn all_gone(&self, number: usize) {
        self.have_gone(number, number);
    }

    fn have_gone(&self, number: usize, of_them: usize) {
        wait_until(|| {
            let given = self.0.lock().unwrap();
            assert!(given.len() <= number, "given {} times", given.len());
            given.len() == number
                && given[number - of_them..]
                    .iter()
                    .all(|value| value.strong_count() == 0)
        });
    }
}
