//! A call that wasn't answered without the lock: what it finds there, whom it joins, or the computation
//! that it begins.
//!
//! Entries and computations with the same hash are compared without the lock, in rounds, until there
//! is none that wasn't (see `call.rs`). One step ends with an answer, a computation, or somebody to
//! wait for; a thread sleeps then, a future is woken, and after that comes the next step.

use crate::builder::MAX_WAIT;
use crate::cache::Cache;
use crate::call::{Call, Compared, ROUNDS, short};
use crate::events::Timer;
use crate::flight::FlightId;
use crate::joined::{Joined, Patience, Turn};
use crate::miss::{Handle, Held, Miss, placed};
use crate::ops::{COLLIDED, normal};
use crate::publish::Mode;
use crate::scope::Scope;
use crate::stats::Watch;
use crate::table::Ledger;
use crate::waits::{self, Node};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// What comes of a look-up.
pub(crate) enum Looked<H: Handle> {
    Hit(H::Value),
    Miss(Miss<H>),
    /// Somebody is computing it.
    Wait(Arc<Joined<H::Key, H::Value>>),
}

impl<H: Handle> Miss<H> {
    /// A call on a thread that may wait, which wasn't answered without the lock: a hit, or the miss that
    /// it begins. `to_stored` makes the key owned.
    #[inline(always)]
    pub(crate) fn look_up(
        cache: H,
        hash: impl FnOnce() -> u64,
        is: impl FnMut(&H::Key) -> bool,
        to_stored: impl Fn() -> H::Key,
        read: impl Fn(&H::Value) -> H::Value,
    ) -> Result<H::Value, Self> {
        let hash = Call::during(&*cache, hash);
        match Self::begin_unseen::<true>(cache.clone(), hash, &to_stored) {
            Ok(miss) => Err(miss),
            Err(key) => Self::look_up_and_wait(cache, hash, key, is, to_stored, read),
        }
    }

    #[inline(never)]
    fn look_up_and_wait(
        cache: H,
        hash: u64,
        mut key: Option<H::Key>,
        mut is: impl FnMut(&H::Key) -> bool,
        to_stored: impl Fn() -> H::Key,
        read: impl Fn(&H::Value) -> H::Value,
    ) -> Result<H::Value, Self> {
        let mut turn = Turn::Join;
        let mut patience = Patience::new(cache.longest_wait());
        loop {
            let key = key.take();
            match Self::step_seen(cache.clone(), hash, key, turn, &mut is, &to_stored, &read) {
                Looked::Hit(value) => return Ok(value),
                Looked::Miss(miss) => return Err(miss.enter()),
                Looked::Wait(joined) => {
                    if waits::is_in_cache_of(joined.node) {
                        cache.recurses.store(true, Relaxed);
                    }
                    turn = joined.block(&mut patience);
                }
            }
        }
    }

    /// One step of a call: after a wait comes the next one.
    pub(crate) fn step(
        cache: H,
        hash: u64,
        turn: Turn<H::Value>,
        is: &mut impl FnMut(&H::Key) -> bool,
        to_stored: &impl Fn() -> H::Key,
        read: &impl Fn(&H::Value) -> H::Value,
    ) -> Looked<H> {
        let mut key = None;
        if matches!(turn, Turn::Join) {
            match Self::begin_unseen::<false>(cache.clone(), hash, to_stored) {
                Ok(miss) => return Looked::Miss(miss),
                Err(made) => key = made,
            }
        }
        Self::step_seen(cache, hash, key, turn, is, to_stored, read)
    }

    /// Begins to compute where there is nothing to be compared with, as is mostly so. Else gives back
    /// the key, if it was made. This is most misses, and there is one order in which it compiles to few
    /// moves: nothing may fail once the parts of the `Miss` are put together. `ENTERS`: this thread
    /// runs the body.
    #[inline(always)]
    fn begin_unseen<const ENTERS: bool>(
        cache: H,
        hash: u64,
        to_stored: impl Fn() -> H::Key,
    ) -> Result<Self, Option<H::Key>> {
        // A key that is as good as copied is at hand when the lock shows that it is needed; another one is
        // made only then.
        if std::mem::needs_drop::<H::Key>() || hash & COLLIDED != 0 || !cache.stores() {
            return Err(None);
        }
        let key = Call::during(&*cache, to_stored);
        let mut locked = cache.arena.lock();
        let (slots, ledger) = locked.parts();
        if slots.may_have(short(hash)) || ledger.flights.may_have(hash) {
            return Err(Some(key));
        }
        let mut watch = ledger.stats.computing.watch();
        let (inner, key) = placed(key, cache.single_flight);
        let (flight, node) = ledger.flights.begin(hash, inner);
        drop(locked);
        let inside = if ENTERS {
            waits::enter(Some(node))
        } else {
            None
        };
        let (timer, counts) = (Timer::start(), !cache.disabled);
        watch.start();
        Ok(Self {
            cache: cache.clone(),
            hash,
            key,
            compared: None,
            flight: Some(flight),
            waiters: None,
            node: Some(node),
            inside,
            mode: Mode::IfAbsent,
            counts,
            failed: false,
            watch,
            timer,
        })
    }

    /// One step where there may be something to be compared with.
    fn step_seen(
        cache: H,
        hash: u64,
        key: Option<H::Key>,
        turn: Turn<H::Value>,
        is: &mut impl FnMut(&H::Key) -> bool,
        to_stored: &impl Fn() -> H::Key,
        read: &impl Fn(&H::Value) -> H::Value,
    ) -> Looked<H> {
        let mut call = Call::begin(&*cache);
        let mut joins = cache.single_flight;
        match turn {
            Turn::Join => {}
            Turn::Alone => joins = false,
            Turn::Answer(value) => {
                if let Some(value) = cache.coalesced(&mut call, &value) {
                    return Looked::Hit(value);
                }
                joins = false;
            }
        }
        if !cache.stores() {
            call.answered();
            drop(call);
            let mut miss = Self::new(cache);
            if miss.counts {
                miss.watch = miss.cache.arena.lock().parts().1.stats.computing.watch();
                miss.watch.start();
            }
            return Looked::Miss(miss);
        }
        let read = |value: &H::Value| {
            call.answered();
            read(value)
        };
        let cache = cache.clone();
        let looked = Self::step_among_others(cache, hash, key, joins, is, to_stored, read);
        call.answered();
        looked
    }

    /// The same, but for what is known without a look.
    fn step_among_others(
        cache: H,
        hash: u64,
        mut key: Option<H::Key>,
        mut joins: bool,
        is: &mut impl FnMut(&H::Key) -> bool,
        to_stored: &impl Fn() -> H::Key,
        mut read: impl FnMut(&H::Value) -> H::Value,
    ) -> Looked<H> {
        if hash & COLLIDED != 0 {
            if let Some(value) = cache.hit_among_others(hash, &mut *is, &mut read) {
                return Looked::Hit(value);
            }
        }
        let hash = normal(hash);
        let (mut compared, mut others, mut rounds) = (Compared::new(), Vec::new(), 0);
        loop {
            let absent = |ledger: &mut Ledger<H::Key, H::Value>| {
                if joins && rounds < ROUNDS {
                    let candidates = ledger.flights.candidates(hash, &others);
                    if !candidates.is_empty() {
                        return Absent::Compare(candidates);
                    }
                }
                match key.take() {
                    None => Absent::NoKey,
                    Some(key) => Absent::Begun(Begun::new(ledger, cache.single_flight, hash, key)),
                }
            };
            match cache.find_used(hash, &mut compared, &mut *is, &mut read, absent) {
                Ok(value) => return Looked::Hit(value),
                Err(Absent::NoKey) => key = Some(to_stored()),
                Err(Absent::Compare(candidates)) => {
                    rounds += 1;
                    // Those that this thread is in come first: it can't wait for any then.
                    for mine in [true, false] {
                        for joined in &candidates {
                            if !joins || waits::is_in(joined.node) != mine {
                                continue;
                            }
                            others.push(joined.node);
                            if is(&joined.key) {
                                if !mine {
                                    return Looked::Wait(Arc::clone(joined));
                                }
                                joins = false;
                            }
                        }
                    }
                }
                Err(Absent::Begun(begun)) => {
                    let compared = (!compared.is_empty()).then(|| Box::new(compared));
                    return Looked::Miss(Self::begun(cache, hash, begun, compared));
                }
            }
        }
    }

    #[inline(always)]
    fn begun(
        cache: H,
        hash: u64,
        begun: Begun<H::Key, H::Value>,
        compared: Option<Box<Compared>>,
    ) -> Self {
        let counts = !cache.disabled;
        let mut miss = Self {
            cache,
            hash,
            key: begun.key,
            compared,
            flight: Some(begun.flight),
            waiters: None,
            node: Some(begun.node),
            inside: None,
            mode: Mode::IfAbsent,
            counts,
            failed: false,
            watch: begun.watch,
            timer: Timer::start(),
        };
        miss.watch.start();
        miss
    }
}

/// What was found where there is no entry.
enum Absent<K, V> {
    /// Whether one of these computes it is to be seen without the lock.
    Compare(Vec<Arc<Joined<K, V>>>),
    NoKey,
    Begun(Begun<K, V>),
}

/// A computation that has begun.
struct Begun<K, V> {
    flight: FlightId,
    node: Node,
    key: Held<K, V>,
    watch: Watch,
}

impl<K, V> Begun<K, V> {
    #[inline(always)]
    fn new(ledger: &mut Ledger<K, V>, single_flight: bool, hash: u64, key: K) -> Self {
        let watch = ledger.stats.computing.watch();
        let (inner, key) = placed(key, single_flight);
        let (flight, node) = ledger.flights.begin(hash, inner);
        Self {
            flight,
            node,
            key,
            watch,
        }
    }
}

/// Longest wait for a function that recurses in parallel, if the user has named none.
const MAX_WAIT_RECURSING: Duration = Duration::from_millis(100);

impl<K, V, S: Scope> Cache<K, V, S> {
    /// How long a call from outside waits. Where a computation waits for another one of the same function,
    /// the recursion goes over several threads; and one that has nothing on its stack may be at work for
    /// a computation elsewhere, which nobody can see.
    pub(crate) fn longest_wait(&self) -> Duration {
        if self.max_wait == MAX_WAIT && self.recurses.load(Relaxed) {
            MAX_WAIT_RECURSING
        } else {
            self.max_wait
        }
    }

    /// A call is answered by what it hasn't found in the cache.
    pub(crate) fn count_hit(&self) {
        self.with_record(|record| {
            let scope = self.arena.scope();
            if scope.count_hit(record) == 0 {
                scope.prepare_count(record);
                scope.count_hit(record);
            }
        });
    }

    /// A call that has waited is answered: a hit. Always a copy, since only what can be shared is landed.
    fn coalesced(&self, call: &mut Call<'_, K, V, S>, value: &V) -> Option<V> {
        call.answered();
        self.count_hit();
        self.arena.lock().parts().1.stats.coalesced += 1;
        (self.outcomes.share)(value)
    }
}
