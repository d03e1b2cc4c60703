//! A call that has to run the body: from the look under the lock to the end of the body.

use crate::cache::Cache;
use crate::call::{Call, Compared, short};
use crate::flight::FlightId;
use crate::ops::{COLLIDED, normal};
use crate::publish::{Mode, New};
use crate::refresh::Job;
use crate::scope::Scope;
use crate::stats::Watch;
use crate::table::Table;
use std::ops::Deref;

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

/// A computation that is under way: it ends when this is dropped, and counts as a miss then.
pub(crate) struct Miss<H: Handle> {
    cache: H,
    hash: u64,
    /// None where nothing is to be stored.
    key: Option<H::Key>,
    /// Mostly none: few bytes, since this is moved about.
    pub(crate) compared: Option<Box<Compared>>,
    pub(crate) flight: Option<FlightId>,
    pub(crate) mode: Mode,
    /// Is this a call? A refresh is none.
    counts: bool,
    failed: bool,
    watch: Watch,
}

impl<H: Handle> Drop for Miss<H> {
    fn drop(&mut self) {
        if self.counts || self.flight.is_some() {
            let cache = self.cache.clone();
            if cache.has_order {
                cache.with_record(|record| cache.recency.advance(record));
            }
            let mut locked = cache.arena.lock();
            self.end(locked.parts().1);
        }
    }
}

impl<H: Handle> Miss<H> {
    pub(crate) fn new(cache: H) -> Self {
        let counts = !cache.disabled;
        Self {
            cache,
            hash: 0,
            key: None,
            compared: None,
            flight: None,
            mode: Mode::IfAbsent,
            counts,
            failed: false,
            watch: Watch::Idle,
        }
    }

    /// A call that wasn't answered without the lock: a hit, or the miss that it begins. `to_stored`
    /// makes the key owned.
    pub(crate) fn look_up(
        cache: H,
        hash: impl FnOnce() -> u64,
        mut is: impl FnMut(&H::Key) -> bool,
        to_stored: impl FnOnce() -> H::Key,
        read: impl Fn(&H::Value) -> H::Value,
    ) -> Result<H::Value, Self> {
        let mut call = Call::begin(&*cache);
        if !cache.stores() {
            call.answered();
            drop(call);
            let mut miss = Self::new(cache);
            if miss.counts {
                miss.watch = miss.cache.arena.lock().parts().1.stats.computing.watch();
                miss.watch.start();
            }
            return Err(miss);
        }
        let hash = hash();
        if hash & COLLIDED != 0 {
            let read = |value: &H::Value| {
                call.answered();
                read(value)
            };
            if let Some(value) = cache.hit_among_others(hash, &mut is, read) {
                return Ok(value);
            }
        }
        let hash = normal(hash);
        let begin = |table: &mut Table| {
            let watch = table.stats.computing.watch();
            (table.flights.begin(hash), watch)
        };
        let mut locked = cache.arena.lock();
        let (slots, table) = locked.parts();
        if !slots.may_have(short(hash)) {
            // Mostly there is nobody to be compared with.
            let begun = begin(table);
            drop(locked);
            call.answered();
            drop(call);
            return Err(Self::begun(cache, hash, begun, Compared::new(), to_stored));
        }
        drop(locked);
        let read = |value: &H::Value| {
            call.answered();
            read(value)
        };
        match cache.find_used(hash, is, read, begin) {
            Ok(value) => Ok(value),
            Err((begun, compared)) => {
                call.answered();
                drop(call);
                Err(Self::begun(cache, hash, begun, compared, to_stored))
            }
        }
    }

    fn begun(
        cache: H,
        hash: u64,
        (flight, watch): (FlightId, Watch),
        compared: Compared,
        to_stored: impl FnOnce() -> H::Key,
    ) -> Self {
        let mut miss = Self::new(cache);
        miss.compared = (!compared.is_empty()).then(|| Box::new(compared));
        miss.hash = hash;
        miss.flight = Some(flight);
        miss.key = Some(to_stored());
        miss.watch = watch;
        miss.watch.start();
        miss
    }

    /// Begins to compute a key again, whether it is stored or not: computations under way may not
    /// store any more, and this one only if nothing else comes between.
    pub(crate) fn refresh(cache: H, hash: u64, key: impl FnOnce() -> H::Key) -> Self {
        let mut miss = Self::new(cache);
        miss.hash = hash;
        miss.counts = false;
        miss.mode = Mode::Refresh;
        if miss.cache.stores() {
            let flight = {
                let mut locked = miss.cache.arena.lock();
                let (_, table) = locked.parts();
                table.flights.fence(hash);
                table.flights.begin(hash)
            };
            miss.flight = Some(flight);
            miss.key = Some(key());
        }
        miss
    }

    /// A refresh in the background, which began when it was claimed: it fences nothing.
    pub(crate) fn in_background(cache: H, job: Job<H::Key>) -> Self {
        let mut miss = Self::new(cache);
        miss.hash = job.hash;
        miss.key = Some(job.key);
        miss.flight = Some(job.flight);
        miss.mode = Mode::Background;
        miss.counts = false;
        miss
    }

    pub(crate) fn key(&self) -> Option<&H::Key> {
        self.key.as_ref()
    }

    /// Could the result still be stored?
    pub(crate) fn may_store(&self) -> bool {
        let mut locked = self.cache.arena.lock();
        let flights = &locked.parts().1.flights;
        let flight = self.flight.as_ref();
        flight.is_some_and(|flight| flights.may_store(flight))
    }

    /// The body has given an error, which is not stored.
    pub(crate) fn fail(&mut self) {
        self.failed = true;
    }

    /// The call is over: counted, and no longer under way.
    pub(crate) fn end(&mut self, table: &mut Table) {
        if let Some(flight) = self.flight.take() {
            table.flights.finish(flight);
        }
        if std::mem::take(&mut self.counts) {
            table.stats.misses += 1;
            table.stats.errors += u64::from(self.failed);
            table.stats.computing.add(self.watch);
        }
    }

    /// The body has given this: stored, if it is to be stored.
    pub(crate) fn finish(mut self, value: H::Value) -> H::Value {
        let cache = self.cache.clone();
        self.watch.stop();
        self.failed = (cache.outcomes.failed)(&value);
        if self.failed && self.mode == Mode::Background {
            return value;
        }
        if let Some(key) = self.key.as_ref().filter(|_| self.failed) {
            let last = cache.stand_in(self.hash, |stored| cache.keys.same(key, stored));
            if let Some(last) = last {
                return last;
            }
        }
        if let Some(key) = self.key.take() {
            if let Some(worth) = cache.judge(&key, &value) {
                let new = New {
                    hash: self.hash,
                    worth,
                    key,
                    value: (cache.outcomes.copy)(&value),
                };
                cache.with_record(|record| cache.publish_miss(record, new, &mut self));
            }
        }
        value
    }
}
