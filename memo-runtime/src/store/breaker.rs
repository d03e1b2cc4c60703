//! Keeps calls from an engine that is out of reach: after three failures in a row nobody asks it for a
//! second; then one does, and if that fails, too, for twice as long, up to 30 s. (Nygard, "Release It!", 2007.)
//!
//! An engine has one breaker, whatever functions use it.

use crate::clock::{self, Nanos};
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Failures in a row after which it opens.
const FAILURES: u32 = 3;
const SHORTEST: Nanos = 1_000_000_000;
const LONGEST: Nanos = 30 * SHORTEST;

#[derive(Debug)]
pub(crate) struct Breaker {
    /// Has nothing failed since the last success? Then nobody needs the lock.
    calm: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Until when nobody asks, and for how long that is.
    open: Option<(Nanos, Nanos)>,
    probing: bool,
}

/// Leave to ask the engine, whose answer is to be told.
#[derive(Debug)]
pub(crate) struct Leave<'b> {
    breaker: &'b Breaker,
    is_probe: bool,
}

impl Breaker {
    pub(crate) const fn new() -> Self {
        Self {
            calm: AtomicBool::new(true),
            state: Mutex::new(State {
                failures: 0,
                open: None,
                probing: false,
            }),
        }
    }

    /// May the engine be asked?
    pub(crate) fn ask(&self) -> Option<Leave<'_>> {
        let leave = |is_probe| {
            Some(Leave {
                breaker: self,
                is_probe,
            })
        };
        if self.calm.load(Relaxed) {
            return leave(false);
        }
        let mut state = self.state.lock();
        match state.open {
            None => leave(false),
            Some((until, _)) if state.probing || clock::now() < until => None,
            Some(_) => {
                state.probing = true;
                leave(true)
            }
        }
    }
}

impl Leave<'_> {
    /// The engine is there.
    pub(crate) fn answered(self) {
        let breaker = self.breaker;
        if breaker.calm.load(Relaxed) {
            return;
        }
        let mut state = breaker.state.lock();
        // Of those who asked before it opened, one may be answered late: that says nothing.
        if self.is_probe || state.open.is_none() {
            *state = State::default();
            breaker.calm.store(true, Relaxed);
        }
    }

    /// It isn't.
    pub(crate) fn failed(self) {
        let mut state = self.breaker.state.lock();
        self.breaker.calm.store(false, Relaxed);
        let long = match state.open {
            Some((_, long)) if self.is_probe => (2 * long).min(LONGEST),
            Some(_) => return,
            None => {
                state.failures += 1;
                if state.failures < FAILURES {
                    return;
                }
                SHORTEST
            }
        };
        state.open = Some((clock::now().saturating_add(long), long));
    }
}

/// Without an answer, as a future that was dropped: the next one may try.
impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.breaker.state.lock().probing = false;
        }
    }
}
