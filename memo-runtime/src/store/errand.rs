//! What is left to do at a store when a body has run: its result takes the place of the claim, or that is given
//! back. Nobody needs an answer to it, so the caller waits for it as far as his time for the store goes, and no
//! longer: then a thread of the library's own does it.

use super::budget::Budget;
use super::line::{Line, Way, at_once};
use super::tier::Claim;
use crate::background::{self, Work, quietly};
use parking_lot::Mutex;
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
static HANDED: Handed = Handed(Mutex::new((VecDeque::new(), 0)));

struct Handed(Mutex<(VecDeque<Errand>, usize)>);

impl Handed {
    /// `false`: there is no room for it.
    fn put(&self, errand: Errand) -> bool {
        let mut handed = self.0.lock();
        let bytes = handed.1 + errand.size();
        if bytes <= MOST {
            handed.1 = bytes;
            handed.0.push_back(errand);
            return true;
        }
        drop(handed);
        errand.line.count_error();
        false
    }

    fn take(&self) -> Option<Errand> {
        let mut handed = self.0.lock();
        let errand = handed.0.pop_front()?;
        handed.1 -= errand.size();
        Some(errand)
    }
}

impl Work for Handed {
    fn work(&'static self) {
        if let Some(errand) = self.take() {
            let mut budget = errand.line.budget(Way::Blocking);
            quietly(|| at_once(errand.perform(&mut budget)));
        }
    }
}
