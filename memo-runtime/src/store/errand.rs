//! What is left to do at a store when a body has run: its result takes the place of the claim, or that is given
//! back. Nobody needs an answer to it, so the caller waits for it as far as his time for the store goes, and no
//! longer: then a thread of the library's own does it.

use super::budget::Budget;
use super::line::{Line, Way, at_once};
use super::tier::Claim;
use crate::background::{self, Work, quietly};
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;
use std::time::Duration;

/// Most bytes of results that wait for such a thread.
const MOST: usize = 16 << 20;
/// What takes the place of something may need two rounds: to read it, and to write.
const ROUNDS: u32 = 2;

/// A claim that is to go, and what is to take its place.
pub(crate) struct Errand {
    line: &'static Line,
    claim: Claim,
    result: Option<Sealed>,
    /// Is the claim still there, for all one knows?
    open: bool,
}

/// A result as it is stored.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ttl: Option<Duration>,
}

impl Errand {
    pub(crate) fn new(line: &'static Line, claim: Claim, result: Option<Sealed>) -> Self {
        Self {
            line,
            open: claim.is_own,
            claim,
            result,
        }
    }

    /// Within the call's time, or by somebody else.
    pub(crate) async fn run(self) {
        let mut budget = self.claim.budget;
        // Where the engine compares and writes in two steps, a result that comes later may undo a removal.
        let waits = self.result.is_some() && !self.line.capabilities.is_fenced();
        if waits || self.is_needless() || budget.suffices(ROUNDS) {
            self.perform(&mut budget).await;
        } else {
            self.hand_on();
        }
    }

    /// What stood there before stays there.
    fn is_needless(&self) -> bool {
        self.result.is_none() && !self.claim.is_own
    }

    async fn perform(mut self, budget: &mut Budget) {
        if self.is_needless() {
            return;
        }
        let (line, token) = (self.line, &self.claim.token);
        let key = &self.claim.address.key;
        let done = match &self.result {
            None => line.remove_if(budget, key, token).await,
            // Or it wasn't: somebody may have removed it.
            Some(Sealed { bytes, ttl }) => line.fill(budget, key, token, bytes, *ttl).await,
        };
        if done == Ok(false) && self.result.is_some() && self.claim.is_over() {
            // The body took longer than the lease.
            line.count_error();
        }
        let replaced = done == Ok(true) && !self.claim.is_own;
        if replaced && line.capabilities.has_invalidations() {
            let _ = line.announce(budget, key).await;
        }
        self.open &= done.is_err();
    }

    /// Nobody waits for it any more.
    pub(crate) fn hand_on(self) {
        if !HANDED.put(self) {
            return;
        }
        // There is too much to do. One of those that wait isn't done then.
        if !background::submit(&HANDED) {
            if let Some(errand) = HANDED.take() {
                errand.line.count_error();
                drop(errand);
                HANDED.done();
            }
        }
    }

    fn size(&self) -> usize {
        self.result.as_ref().map_or(0, |result| result.bytes.len())
    }
}

/// Not done, as that of a future that was dropped.
impl Drop for Errand {
    fn drop(&mut self) {
        if self.open {
            let Claim {
                address,
                token,
                lease,
                ..
            } = &self.claim;
            self.line.owed.add(&address.key, token, *lease);
        }
    }
}

/// Those that callers didn't wait for.
static HANDED: Handed = Handed {
    waiting: Mutex::new(Waiting {
        errands: VecDeque::new(),
        bytes: 0,
        running: 0,
    }),
    done: Condvar::new(),
};

struct Handed {
    waiting: Mutex<Waiting>,
    done: Condvar,
}

struct Waiting {
    errands: VecDeque<Errand>,
    bytes: usize,
    /// Those that are done just now.
    running: usize,
}

/// Until all that was handed on is done, or that long.
#[cfg(feature = "disk")]
pub(crate) fn wait_for_all(time: Duration) {
    let until = std::time::Instant::now() + time;
    let mut waiting = HANDED.waiting.lock();
    while !waiting.errands.is_empty() || waiting.running > 0 {
        if HANDED.done.wait_until(&mut waiting, until).timed_out() {
            return;
        }
    }
}

impl Handed {
    /// `false`: there is no room for it.
    fn put(&self, errand: Errand) -> bool {
        let mut waiting = self.waiting.lock();
        let bytes = waiting.bytes + errand.size();
        if bytes <= MOST {
            waiting.bytes = bytes;
            waiting.errands.push_back(errand);
            return true;
        }
        drop(waiting);
        errand.line.count_error();
        false
    }

    fn take(&self) -> Option<Errand> {
        let mut waiting = self.waiting.lock();
        let errand = waiting.errands.pop_front()?;
        waiting.bytes -= errand.size();
        waiting.running += 1;
        Some(errand)
    }

    fn done(&self) {
        self.waiting.lock().running -= 1;
        self.done.notify_all();
    }
}

impl Work for Handed {
    fn work(&'static self) {
        if let Some(errand) = self.take() {
            let mut budget = errand.line.budget(Way::Blocking);
            quietly(|| at_once(errand.perform(&mut budget)));
            self.done();
        }
    }
}
