//! Claims of this process that may stand in a store though nobody computes for them: the answer to a claim
//! was lost, or the engine didn't take the result, nor the claim back.
//!
//! Until their leases are over whoever meets one would wait for nothing. This process knows them, and takes them
//! away where it meets them; for the others it gives them back, in the background, when the engine answers again.

use super::line::{Line, Way, at_once};
use crate::background::{self, Work, quietly};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Most of them that are known. The oldest are forgotten, and their leases end.
const MOST: usize = 1024;
/// So many are given back at a time.
const AT_A_TIME: usize = 64;

#[derive(Debug, Default)]
pub(crate) struct Owed {
    /// Is there any? Mostly not, and then nobody needs the lock.
    any: AtomicBool,
    /// Is there any that wasn't given back yet?
    fresh: AtomicBool,
    /// The engine answers, and there are such.
    due: AtomicBool,
    claims: Mutex<VecDeque<One>>,
}

#[derive(Debug)]
struct One {
    key: String,
    token: Vec<u8>,
    until: Instant,
    given_back: bool,
}

impl Owed {
    pub(crate) fn add(&self, key: &str, token: &[u8], lease: Duration) {
        let now = Instant::now();
        let mut claims = self.claims.lock();
        claims.retain(|one| one.until > now);
        if claims.len() >= MOST {
            claims.pop_front();
        }
        claims.push_back(One {
            key: key.to_owned(),
            token: token.to_vec(),
            until: now + lease,
            given_back: false,
        });
        self.any.store(true, Relaxed);
        self.fresh.store(true, Relaxed);
    }

    /// Is it one of them? Then nobody computes for it.
    pub(crate) fn has(&self, token: &[u8]) -> bool {
        self.any.load(Relaxed) && self.claims.lock().iter().any(|one| one.token == token)
    }

    /// The engine has answered.
    pub(crate) fn answered(&self) {
        if self.fresh.load(Relaxed) {
            self.due.store(true, Relaxed);
        }
    }

    /// Those that weren't given back yet, from now on taken for given back.
    fn next(&self) -> Vec<(String, Vec<u8>)> {
        let now = Instant::now();
        let mut claims = self.claims.lock();
        claims.retain(|one| one.until > now);
        self.any.store(!claims.is_empty(), Relaxed);
        let mut fresh = claims.iter_mut().filter(|one| !one.given_back);
        let next = fresh.by_ref().take(AT_A_TIME).map(|one| {
            one.given_back = true;
            (one.key.clone(), one.token.clone())
        });
        let next = next.collect();
        self.fresh.store(fresh.next().is_some(), Relaxed);
        next
    }

    /// It is still there, for all one knows.
    fn failed(&self, token: &[u8]) {
        let mut claims = self.claims.lock();
        if let Some(one) = claims.iter_mut().find(|one| one.token == token) {
            one.given_back = false;
            self.fresh.store(true, Relaxed);
        }
    }
}

/// A claim that is being made. If its answer isn't heard, or the future that waits for it is dropped, it may
/// stand there, and nobody computes for it.
pub(crate) struct Unheard<'c> {
    line: &'c Line,
    key: &'c str,
    token: &'c [u8],
    lease: Duration,
    pub(crate) is_open: bool,
}

impl Drop for Unheard<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.line.owed.add(self.key, self.token, self.lease);
        }
    }
}

impl Line {
    /// A claim is about to be asked for.
    pub(crate) fn unheard<'c>(
        &'c self,
        key: &'c str,
        token: &'c [u8],
        lease: Duration,
    ) -> Unheard<'c> {
        Unheard {
            line: self,
            key,
            token,
            lease,
            is_open: true,
        }
    }

    /// Sees to it that what is owed is given back, if the engine answers.
    pub(crate) fn repay(&'static self) {
        if self.owed.due.swap(false, Relaxed) {
            LINES.0.lock().push_back(self);
            // If it isn't done it is due again with the next answer.
            if !background::submit(&LINES) {
                LINES.0.lock().pop_back();
            }
        }
    }

    fn give_back_owed(&self) {
        for (key, token) in self.owed.next() {
            if at_once(self.remove_if(&mut self.budget(Way::Blocking), &key, &token)).is_err() {
                self.owed.failed(&token);
            }
        }
    }
}

/// Who has to give something back.
static LINES: Lines = Lines(Mutex::new(VecDeque::new()));

struct Lines(Mutex<VecDeque<&'static Line>>);

impl Work for Lines {
    fn work(&'static self) {
        let line = self.0.lock().pop_front();
        if let Some(line) = line {
            quietly(|| line.give_back_owed());
        }
    }
}
