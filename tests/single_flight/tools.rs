//! A watchdog, a gate, and keys that tell when they are compared.

use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
use std::time::Duration;

/// Runs a test that might hang: after two minutes it has.
pub(crate) fn watched<R: Send + 'static>(test: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, finished) = mpsc::channel();
    let thread = thread::spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(test));
        let _ = done.send(());
        result
    });
    let in_time = finished.recv_timeout(Duration::from_secs(120));
    assert!(in_time.is_ok(), "this has come to a standstill");
    match thread.join().unwrap() {
        Ok(result) => result,
        Err(panic) => resume_unwind(panic),
    }
}

/// Closed until it is opened.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn open(&self) {
        *self.0.0.lock().unwrap() = true;
        self.0.1.notify_all();
    }

    pub(crate) fn pass(&self) {
        let mut open = self.0.0.lock().unwrap();
        while !*open {
            open = self.0.1.wait(open).unwrap();
        }
    }
}

/// A count that can be waited for.
#[derive(Default)]
pub(crate) struct Counter(Mutex<usize>, Condvar);

impl Counter {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(0), Condvar::new())
    }

    pub(crate) fn add(&self) -> usize {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        self.1.notify_all();
        *count
    }

    pub(crate) fn get(&self) -> usize {
        *self.0.lock().unwrap()
    }

    pub(crate) fn reaches(&self, goal: usize) {
        let mut count = self.0.lock().unwrap();
        while *count < goal {
            count = self.1.wait(count).unwrap();
        }
    }
}

/// One that is shared.
pub(crate) type Count = Arc<Counter>;

/// A key that counts how often it is compared: a caller that joins compares once, and from then on
/// is answered by the one it has joined.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) key: u32,
    pub(crate) compared: Count,
}

impl Watched {
    pub(crate) fn new(key: u32, compared: &Count) -> Self {
        let compared = compared.clone();
        Self { key, compared }
    }
}

impl Hash for Watched {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl PartialEq for Watched {
    fn eq(&self, other: &Self) -> bool {
        self.compared.add();
        self.key == other.key
    }
}

impl Eq for Watched {}

/// How often a body has run.
#[derive(Default)]
pub(crate) struct Runs(AtomicUsize);

impl Runs {
    pub(crate) const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    pub(crate) fn add(&self) -> usize {
        self.0.fetch_add(1, SeqCst) + 1
    }

    pub(crate) fn get(&self) -> usize {
        self.0.load(SeqCst)
    }
}
