//! The calls and helpers of a function that has a store: what the store says comes between the look into the
//! cache and the body.

use super::Listener;
use super::asking::Told;
use super::budget::Budget;
use super::errand::Errand;
use super::key::{Address, HALF};
use super::line::{Way, at_once};
use super::tier::{Claim, Payload, Tier};
use crate::background::quietly;
use crate::cache::Cache;
use crate::call::short;
use crate::clock::Nanos;
use crate::expiry::Life;
use crate::joined::MAX_WAIT_INSIDE;
use crate::miss::Miss;
use crate::publish::{Mode, Worth};
use crate::scope::Shared;
use crate::waits;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A computation of a function that has a store.
type StoredMiss<K, V> = Miss<&'static Cache<K, V>>;
/// With what it holds in the store.
type Holding<K, V> = (StoredMiss<K, V>, Option<Box<Held<K, V>>>);
/// What a store is about to say.
type Telling<K, V> = (&'static Tier<K, V>, Later<Told<V>>);
/// What takes its time.
pub(crate) type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<K, V> Tier<K, V> {
    /// What is worth storing for so long is worth this in the cache before the store.
    pub(crate) fn worth_here(&self, worth: Worth, left: Nanos) -> Option<Worth> {
        let own = self.local_life(left).filter(|life| *life > 0)?;
        let life = Life {
            own: Some(own),
            ..worth.life
        };
        Some(Worth { life, ..worth })
    }

    /// Before the store is asked: what is heard of this key from now on concerns what it says.
    fn hear(&self, cache: &Cache<K, V>, address: &Address, hash: u64) {
        let Some(heard) = &self.heard else {
            return;
        };
        let mut heard = heard.lock();
        heard.insert(address.first, hash);
        if heard.len() <= 64 {
            return;
        }
        let mut locked = cache.arena.lock();
        let (slots, ledger) = locked.parts();
        if heard.len() > 2 * slots.len() + 64 {
            // Of most of these there is nothing any more.
            heard.retain(|_, hash| slots.may_have(short(*hash)) || ledger.flights.may_have(*hash));
        }
    }

    /// The time for what is asked beside calls, for each by itself: that an old value can't be read is no reason
    /// not to take it away.
    fn alone(&self) -> Budget {
        self.line.budget(Way::Blocking)
    }

    /// The hash of a key in the cache, by its part of the key in the store.
    pub(crate) fn hash_of(&self, first: &[u8; HALF]) -> Option<u64> {
        self.heard.as_ref()?.lock().get(first).copied()
    }
}

/// Who has a cache that stands before a store.
pub(crate) trait Hears: Sync {
    fn changed(&'static self, key: &str);
    fn missed(&'static self);
}

struct Ear(&'static dyn Hears);

impl Listener for Ear {
    fn changed(&self, key: &str) {
        self.0.changed(key);
    }
    fn missed(&self) {
        self.0.missed();
    }
}

/// How long a call waits for another process: not long where it holds up another computation, which may
/// be what that one waits for.
fn patience<K, V>(cache: &Cache<K, V>, is_inside: bool) -> Duration {
    if !cache.single_flight {
        Duration::ZERO
    } else if is_inside {
        cache.max_wait.min(MAX_WAIT_INSIDE)
    } else {
        cache.max_wait
    }
}

/// A computation that has begun, and its way to the store.
struct Asked<K: 'static, V: 'static> {
    tier: &'static Tier<K, V>,
    address: Address,
    patience: Duration,
    refreshes: bool,
}

impl<K, V> Asked<K, V> {
    /// None: the function has no store, or this call has none.
    fn of(miss: &mut StoredMiss<K, V>, is_inside: bool) -> Option<Self> {
        let cache = miss.cache;
        let tier = cache.tier.as_deref()?;
        miss.share_key();
        let address = tier.address(miss.key()?)?;
        tier.hear(cache, &address, miss.hash);
        Some(Self {
            tier,
            address,
            patience: patience(cache, is_inside),
            refreshes: miss.mode == Mode::Refresh,
        })
    }

    async fn tell(self, way: Way) -> Told<V> {
        let Self { tier, address, .. } = self;
        if self.refreshes {
            return Told::Compute(tier.begin_refresh(way, &address).await);
        }
        let told = tier.ask(way, &address, self.patience).await;
        tier.line.repay();
        told
    }
}

/// A claim in the hands of a call. If that ends without a result, it is given back.
pub(crate) struct Held<K: 'static, V: 'static> {
    tier: &'static Tier<K, V>,
    claim: Option<Claim>,
}

impl<K, V> Drop for Held<K, V> {
    fn drop(&mut self) {
        let Some(claim) = self.claim.take() else {
            return;
        };
        let way = claim.budget.way;
        let errand = Errand::new(&self.tier.line, claim, None);
        match way {
            Way::Blocking => at_once(errand.run()),
            // Nobody waits for a future that is dropped.
            Way::Awaiting => errand.hand_on(),
        }
    }
}

/// What a call has to do when the store was asked.
pub(crate) enum Next<K: 'static, V: 'static> {
    /// This is the result.
    Answer(V),
    /// The body is to be run.
    Run(StoredMiss<K, V>, Option<Box<Held<K, V>>>),
}

pub(crate) fn next<K, V>(
    mut miss: StoredMiss<K, V>,
    tier: &'static Tier<K, V>,
    told: Told<V>,
) -> Next<K, V> {
    match told {
        Told::Value {
            value,
            left,
            waited,
        } => Next::Answer(miss.answer(value.into_inner(), left, waited)),
        Told::Compute(claim) => {
            // What the store took isn't the body's.
            miss.watch.start();
            let held = claim.map(|claim| {
                let claim = Some(claim);
                Box::new(Held { tier, claim })
            });
            Next::Run(miss, held)
        }
    }
}

/// Asks the store, on this thread, for a call that is a miss in the cache.
pub(crate) fn ask<K, V>(mut miss: StoredMiss<K, V>) -> Next<K, V> {
    // It has entered its own computation.
    match Asked::of(&mut miss, waits::is_inside_another()) {
        None => Next::Run(miss, None),
        Some(asked) => {
            let tier = asked.tier;
            next(miss, tier, at_once(asked.tell(Way::Blocking)))
        }
    }
}

/// A refresh begins on this thread; that of an async function, when it is polled.
pub(crate) fn begin_refresh<K, V>(miss: StoredMiss<K, V>) -> Holding<K, V> {
    let tier = miss.cache.tier.as_deref();
    if tier.is_none_or(|tier| tier.line.way() == Way::Awaiting) {
        return (miss, None);
    }
    match ask(miss) {
        Next::Run(miss, held) => (miss, held),
        Next::Answer(_) => unreachable!("a refresh computes"),
    }
}

/// Asks the store, as a future, for a call that is a miss in the cache. None: there is none to ask.
pub(crate) fn ask_async<K, V>(miss: &mut StoredMiss<K, V>) -> Option<Telling<K, V>> {
    let asked = Asked::of(miss, waits::is_inside())?;
    let tier = asked.tier;
    Some((tier, Box::pin(asked.tell(Way::Awaiting))))
}

impl<K, V> Held<K, V> {
    /// The body of an async function has given this: also a future that stores it, if it is to be stored.
    pub(crate) fn finish_async(
        mut self,
        miss: StoredMiss<K, V>,
        value: V,
    ) -> (V, Option<Later<()>>) {
        let tier = self.tier;
        let (value, payload) = finish(tier, miss, value);
        // Without one, the claim goes with this.
        let Some((payload, claim)) =
            payload.and_then(|payload| Some((payload, self.claim.take()?)))
        else {
            return (value, None);
        };
        let errand = tier.settle(claim, Some(payload));
        (value, Some(Box::pin(errand.run())))
    }

    /// The body has given this.
    pub(crate) fn finish(mut self, miss: StoredMiss<K, V>, value: V) -> V {
        let (value, payload) = finish(self.tier, miss, value);
        if let Some(claim) = self.claim.take() {
            at_once(self.tier.settle(claim, payload).run());
        }
        value
    }
}

/// Ends a computation in this process; gives what is to be stored beyond it.
fn finish<K, V>(
    tier: &'static Tier<K, V>,
    miss: StoredMiss<K, V>,
    value: V,
) -> (V, Option<Payload>) {
    let failed = miss.cache.outcomes.failed;
    let mut payload = None;
    let value = miss.finish_and(value, |value, worth| {
        payload = worth.and_then(|worth| tier.payload(value, worth.life.own, failed(value)));
    });
    (value, payload)
}

impl<K, V> StoredMiss<K, V> {
    /// The store has this: the call is a hit, and so are those who wait for it.
    fn answer(mut self, value: V, left: Nanos, waited: bool) -> V {
        let cache = self.cache;
        if std::mem::take(&mut self.counts) {
            cache.count_hit();
            if waited {
                cache.arena.lock().parts().1.stats.coalesced += 1;
            }
        }
        if self.flight.is_some() {
            let life = Life::default();
            let worth = Worth { weight: 0, life };
            let tier = cache.tier.as_deref();
            let worth = tier.and_then(|tier| tier.worth_here(worth, left));
            self.keep(&value, worth);
            self.land(&value);
        }
        value
    }
}

impl<K, V> Cache<K, V, Shared> {
    /// The same for what was inserted, fetched or removed beside calls.
    fn tier_at<R>(&self, key: &K, f: impl FnOnce(&Tier<K, V>, &Address) -> R) -> Option<R> {
        let tier = self.tier.as_deref()?;
        let address = tier.address(key)?;
        Some(f(tier, &address))
    }

    /// What the store has for a key. Leaves no trace.
    pub(crate) fn peek_in_store(&self, key: &K) -> Option<V> {
        self.tier_at(key, |tier, address| {
            at_once(tier.peek(&mut tier.alone(), address))
        })?
    }

    /// Stores a value in the store and here; gives back what was stored. What isn't to be stored is
    /// removed.
    pub(crate) fn put_in_store(&self, hash: u64, key: K, value: V) -> Option<V> {
        let failed = (self.outcomes.failed)(&value);
        let worth = self.judge(Some(&key), &value, failed);
        let old = self.tier_at(&key, |tier, address| {
            let old = at_once(tier.peek(&mut tier.alone(), address));
            let payload = worth.and_then(|worth| tier.payload(&value, worth.life.own, failed));
            match payload {
                Some(payload) => at_once(tier.put(&mut tier.alone(), address, &payload)),
                None => at_once(tier.remove(&mut tier.alone(), address)),
            }
            tier.hear(self, address, hash);
            (old, address.clone())
        });
        let here = self.put_worth(hash, key, value, worth);
        let Some((old, address)) = old else {
            return here;
        };
        if let Some(tier) = self.tier.as_deref() {
            // While there was nothing here, it may have been taken for one that has left.
            tier.hear(self, &address, hash);
        }
        old.or(here)
    }

    /// Forgets a key in the store and here; gives back its value. In this order: what was read from the
    /// store before isn't kept here after this.
    pub(crate) fn remove_in_store(
        &self,
        hash: u64,
        key: &K,
        is: impl FnMut(&K) -> bool,
    ) -> Option<V> {
        let old = self.tier_at(key, |tier, address| {
            let old = at_once(tier.peek(&mut tier.alone(), address));
            at_once(tier.remove(&mut tier.alone(), address));
            old
        });
        let here = self.remove_with(hash, is);
        old.flatten().or(here)
    }

    /// Empties the store of what this function has there, and zeroes what was counted of it.
    pub(crate) fn clear_store(&self) {
        if let Some(tier) = self.tier.as_deref() {
            at_once(tier.clear(&mut tier.alone()));
            tier.line.zero_errors();
        }
    }

    /// From now on it is told of what others change.
    pub(crate) fn listen(&self, memo: &'static dyn Hears) {
        if let Some(tier) = self.tier.as_deref().filter(|tier| tier.heard.is_some()) {
            let store = tier.line.store();
            quietly(|| store.listen(Arc::new(Ear(memo))));
        }
    }

    /// Another process has changed this.
    pub(crate) fn changed_in_store(&self, key: &str) {
        let Some(tier) = self.tier.as_deref() else {
            return;
        };
        if key == tier.names.epoch() {
            tier.forget_epoch();
            self.forget_all();
        } else if let Some(first) = tier.names.arguments_of(key) {
            if let Some(hash) = tier.hash_of(&first) {
                self.forget(hash);
            }
        }
    }

    /// Other processes may have changed anything.
    pub(crate) fn missed_in_store(&self) {
        if let Some(tier) = self.tier.as_deref() {
            tier.forget_epoch();
            self.forget_all();
        }
    }
}
