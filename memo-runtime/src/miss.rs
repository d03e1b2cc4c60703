//! A computation, from its beginning (`look.rs`) to its end: stored, and given to those who wait for it;
//! or given up.

use crate::cache::Cache;
use crate::call::Compared;
use crate::events::Timer;
use crate::flight::{Ended, FlightId};
use crate::joined::Joined;
use crate::publish::{Mode, New, Worth};
use crate::refresh::Job;
use crate::scope::Scope;
use crate::stats::Watch;
use crate::table::Ledger;
use crate::waits::{self, Inside, Node};
use std::ops::Deref;
use std::sync::Arc;

/// What holds a cache while a body runs: a reference, or a share in it.
pub(crate) trait Handle:
    Deref<Target = Cache<Self::Key, Self::Value, Self::Scope>> + Clone
{
    type Key;
    type Value;
    type Scope: Scope;
}

impl<K, V, S: Scope> Handle for &Cache<K, V, S> {
    type Key = K;
    type Value = V;
    type Scope = S;
}

/// Where the key of a computation is.
pub(crate) enum Held<K, V> {
    /// Nothing is to be stored.
    Nowhere,
    /// Nobody else may join.
    Here(K),
    /// In the flight, and nobody has joined so far.
    InFlight,
    /// Others may be reading it.
    Joined(Arc<Joined<K, V>>),
}

/// A computation that is under way: it ends when this is dropped, and counts as a miss then.
pub(crate) struct Miss<H: Handle> {
    pub(crate) cache: H,
    pub(crate) hash: u64,
    pub(crate) key: Held<H::Key, H::Value>,
    /// Mostly none: few bytes, since this is moved about.
    pub(crate) compared: Option<Box<Compared>>,
    pub(crate) flight: Option<FlightId>,
    /// Those who wait for it, once it has ended.
    pub(crate) waiters: Option<Arc<Joined<H::Key, H::Value>>>,
    pub(crate) node: Option<Node>,
    pub(crate) inside: Option<Inside>,
    pub(crate) mode: Mode,
    /// Is this a call? A refresh is none.
    pub(crate) counts: bool,
    pub(crate) failed: bool,
    pub(crate) watch: Watch,
    pub(crate) timer: Timer,
}

impl<H: Handle> Drop for Miss<H> {
    fn drop(&mut self) {
        self.inside = None;
        if self.counts || self.flight.is_some() {
            let cache = self.cache.clone();
            if cache.has_order {
                cache.with_record(|record| cache.recency.advance(record));
            }
            let mut locked = cache.arena.lock();
            self.end(locked.parts().1);
        }
        if let Some(waiters) = self.waiters.take() {
            if self.failed {
                // An error that only this caller gets: the others need not queue up for theirs.
                waiters.land(None);
            } else {
                // Given up: one of those who wait takes over.
                waiters.abandon();
            }
        }
    }
}

impl<H: Handle> Miss<H> {
    pub(crate) fn new(cache: H) -> Self {
        let counts = !cache.disabled;
        Self {
            cache,
            hash: 0,
            key: Held::Nowhere,
            compared: None,
            flight: None,
            waiters: None,
            node: None,
            inside: None,
            mode: Mode::IfAbsent,
            counts,
            failed: false,
            watch: Watch::default(),
            timer: Timer::start(),
        }
    }

    /// Begins to compute a key again, whether it is stored or not: computations under way may not
    /// store any more, and this one only if nothing else comes between.
    pub(crate) fn refresh(cache: H, hash: u64, key: impl FnOnce() -> H::Key) -> Self {
        let mut miss = Self::new(cache);
        miss.hash = hash;
        miss.counts = false;
        miss.mode = Mode::Refresh;
        if miss.cache.stores() {
            let key = key();
            let cache = miss.cache.clone();
            let mut locked = cache.arena.lock();
            let (_, ledger) = locked.parts();
            ledger.flights.fence(hash);
            let (inner, held) = placed(key, cache.single_flight);
            let (flight, node) = ledger.flights.begin(hash, inner);
            drop(locked);
            (miss.flight, miss.node, miss.key) = (Some(flight), Some(node), held);
        } else {
            // There may be room again before what is under way has ended.
            miss.cache.arena.lock().parts().1.flights.fence(hash);
        }
        miss
    }

    /// A refresh in the background, which began when it was claimed: it fences nothing, and nobody
    /// joins it.
    pub(crate) fn in_background(cache: H, job: Job<H::Key>) -> Self {
        let mut miss = Self::new(cache);
        miss.hash = job.hash;
        miss.key = Held::Here(job.key);
        (miss.flight, miss.node) = (Some(job.flight), Some(job.node));
        miss.mode = Mode::Background(job.stored);
        miss.counts = false;
        miss
    }

    /// Could the result be stored, as things stand?
    pub(crate) fn may_store(&self) -> bool {
        let mut locked = self.cache.arena.lock();
        let flights = &locked.parts().1.flights;
        let flight = self.flight.as_ref();
        flight.is_some_and(|flight| flights.may_store(flight))
    }

    /// This thread runs the body, all of it.
    pub(crate) fn enter(mut self) -> Self {
        self.inside = waits::enter(self.node);
        self
    }

    /// The body runs whenever it is polled, on whatever thread.
    pub(crate) fn leave(&mut self) -> Option<Node> {
        self.inside = None;
        self.node
    }

    /// The body has given an error, which is not stored.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
        self.timer.stop().tell(self.cache.name);
    }

    /// The call is over: counted, and no longer under way.
    pub(crate) fn end(&mut self, ledger: &mut Ledger<H::Key, H::Value>) {
        if let Some(flight) = self.flight.take() {
            match ledger.flights.finish(flight) {
                Ended::Nothing => {}
                // Dropped with this, when the lock is free.
                Ended::Key(key) => self.key = Held::Here(key),
                Ended::Joined(joined) => self.waiters = Some(joined),
            }
        }
        if std::mem::take(&mut self.counts) {
            ledger.stats.misses += 1;
            ledger.stats.errors += u64::from(self.failed);
            ledger.stats.computing.add(self.watch);
        }
    }

    /// The body has given this: stored, if it is to be stored, and given to those who wait for it.
    pub(crate) fn finish(self, value: H::Value) -> H::Value {
        self.finish_and(value, |_, _| ())
    }

    /// The same; before anybody sees it, `also` is given the value and what it is worth storing.
    pub(crate) fn finish_and(
        mut self,
        value: H::Value,
        also: impl FnOnce(&H::Value, Option<Worth>),
    ) -> H::Value {
        let cache = self.cache.clone();
        self.watch.stop();
        let took = self.timer.stop();
        self.failed = (cache.outcomes.failed)(&value);
        let last = if self.failed { self.stand_in() } else { None };
        if self.flight.is_some() {
            let worth = if last.is_none() {
                self.judge(&value)
            } else {
                None
            };
            also(&value, worth);
            self.keep(&value, worth.and_then(|worth| cache.worth_here(worth)));
            self.land(last.as_ref().unwrap_or(&value));
        }
        took.tell(cache.name);
        last.unwrap_or(value)
    }

    /// Stores it, if it is worth it.
    pub(crate) fn keep(&mut self, value: &H::Value, worth: Option<Worth>) {
        if let Some(worth) = worth {
            let cache = self.cache.clone();
            let new = New {
                hash: self.hash,
                worth,
                value: (cache.outcomes.copy)(value),
            };
            cache.with_record(|record| cache.publish_miss(record, new, self));
        }
    }

    /// Is this a value to store, what does it weigh, and how long does it live?
    fn judge(&mut self, value: &H::Value) -> Option<Worth> {
        if self.failed && self.is_in_background() {
            // The old value stays, even if this one could be stored.
            return None;
        }
        let cache = self.cache.clone();
        if cache.weigher.is_some() {
            // It reads the key, which must not be under the lock then.
            self.share_key();
        }
        cache.judge(self.key(), value, self.failed)
    }

    /// What is to be given in place of an error.
    fn stand_in(&mut self) -> Option<H::Value> {
        let cache = self.cache.clone();
        if !cache.lifetimes.keeps_stale() || self.is_in_background() {
            return None;
        }
        self.share_key();
        let key = self.key()?;
        cache.stand_in(self.hash, |stored| cache.keys.same(key, stored))
    }

    fn is_in_background(&self) -> bool {
        matches!(self.mode, Mode::Background(_))
    }

    /// The key, where it can be read without the lock.
    pub(crate) fn key(&self) -> Option<&H::Key> {
        match &self.key {
            Held::Here(key) => Some(key),
            Held::Joined(joined) => Some(&joined.key),
            Held::InFlight | Held::Nowhere => None,
        }
    }

    /// Sees to it that the key can be read without the lock.
    pub(crate) fn share_key(&mut self) {
        if let (Held::InFlight, Some(flight)) = (&self.key, &self.flight) {
            let cache = self.cache.clone();
            let joined = cache.arena.lock().parts().1.flights.share(flight);
            self.key = joined.map_or(Held::Nowhere, Held::Joined);
        }
    }

    /// The key, if nobody else reads it: nobody waits for the result then. Under the lock.
    pub(crate) fn unjoin(&mut self, joined: Arc<Joined<H::Key, H::Value>>) -> Option<H::Key> {
        // The flight's own share: not the last one.
        self.waiters = None;
        match Arc::try_unwrap(joined) {
            Ok(joined) => Some(joined.key),
            Err(joined) => {
                self.waiters = Some(joined);
                None
            }
        }
    }

    /// Ends the computation, if it hasn't ended, and gives its result to those who wait.
    pub(crate) fn land(&mut self, value: &H::Value) {
        if self.flight.is_some() {
            let cache = self.cache.clone();
            if cache.has_order {
                cache.with_record(|record| cache.recency.advance(record));
            }
            self.end(cache.arena.lock().parts().1);
        }
        let key = std::mem::replace(&mut self.key, Held::Nowhere);
        drop(key);
        if let Some(waiters) = &self.waiters {
            // Mostly those who were compared are others.
            if Arc::strong_count(waiters) > 1 {
                // A panic on the way abandons it.
                waiters.land((self.cache.outcomes.share)(value));
            }
            self.waiters = None;
        }
    }
}

/// Where a key is to be: in the flight, if others may join it.
#[inline]
pub(crate) fn placed<K, V>(key: K, single_flight: bool) -> (Option<K>, Held<K, V>) {
    if single_flight && !waits::is_apart() {
        (Some(key), Held::InFlight)
    } else {
        (None, Held::Here(key))
    }
}
