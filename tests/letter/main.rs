//! The letter of the contract, asked by an outsider: what `contract.md` names and no other test shows.

// What is written out here is the contract's, however long.
#![allow(
    clippy::type_complexity,
    clippy::boxed_local,
    clippy::too_many_arguments
)]

mod bounds;
mod counting;
mod extremes;
mod fences;
mod hooks;
mod keys;
mod lives;
mod shapes;
mod together;
mod values;

use memofn::CacheInfo;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Hits, misses, coalesced, errors, len.
fn counts(info: CacheInfo) -> (u64, u64, u64, u64, usize) {
    (
        info.hits,
        info.misses,
        info.coalesced,
        info.errors,
        info.len,
    )
}

/// Time is moved for the whole process: tests of lifetimes run one by one.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Closed until it is opened; passing it may be waited for.
struct Gate(Mutex<(usize, bool)>, Condvar);

impl Gate {
    const fn new() -> Self {
        Self(Mutex::new((0, false)), Condvar::new())
    }

    fn open(&self) {
        self.0.lock().unwrap().1 = true;
        self.1.notify_all();
    }

    fn pass(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 += 1;
        self.1.notify_all();
        while !state.1 {
            state = self.1.wait(state).unwrap();
        }
    }

    /// Waits until this many stand before it, or have passed.
    fn reached(&self, goal: usize) {
        let mut state = self.0.lock().unwrap();
        while state.0 < goal {
            state = self.1.wait(state).unwrap();
        }
    }
}
