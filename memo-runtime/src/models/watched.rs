//! A number that shows when it is used wrongly: reading it reads a cell, dropping it writes the cell, so
//! that loom finds a drop that doesn't come after all reads. What was read after it was dropped is no
//! number, and every one must have been dropped exactly once in the end.

use std::cell::RefCell;

const DROPPED: u32 = u32::MAX;

std::thread_local! {
    /// How often each was dropped, in the order of their making. loom runs all threads of a model on
    /// one.
    static DROPS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

pub(super) fn begin() {
    DROPS.take();
}

/// Has each that was made been dropped once?
pub(super) fn all_dropped_once() -> bool {
    DROPS.with_borrow(|drops| drops.iter().all(|drops| *drops == 1))
}

/// How many have not been dropped yet.
pub(super) fn alive() -> usize {
    DROPS.with_borrow(|drops| drops.iter().filter(|drops| **drops == 0).count())
}

pub(super) struct Watched {
    number: loom::cell::Cell<u32>,
    made: usize,
}

#[allow(unsafe_code)]
// SAFETY: loom runs all threads of a model on one.
unsafe impl Send for Watched {}
#[allow(unsafe_code)]
// SAFETY: as above; whether the accesses would race is what loom finds out.
unsafe impl Sync for Watched {}

impl Watched {
    pub(super) fn new(number: u32) -> Self {
        let made = DROPS.with_borrow_mut(|drops| {
            drops.push(0);
            drops.len() - 1
        });
        let number = loom::cell::Cell::new(number);
        Self { number, made }
    }

    pub(super) fn number(&self) -> u32 {
        let number = self.number.get();
        assert_ne!(number, DROPPED, "read after it was dropped");
        number
    }
}

impl Clone for Watched {
    fn clone(&self) -> Self {
        Self::new(self.number())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The model has failed already.
            return;
        }
        self.number.set(DROPPED);
        DROPS.with_borrow_mut(|drops| drops[self.made] += 1);
    }
}
