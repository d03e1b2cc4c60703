//! The cache of one memoized function: a static that makes its cache at first use, and the calls
//! that the expansion of `#[memoize]` consists of.
//!
//! A [`Memo`] may be shared between threads whatever its types are, so that a type which can't be
//! kept gives one error, where `kept` asks, and not one at each mention. This is sound because a
//! `Memo` holds nothing until its [`Config`] is made, which takes proofs of the types (`config.rs`).

use crate::background::{Work, quietly};
use crate::builder::CacheBuilder;
use crate::cache::Cache;
use crate::call::Call;
use crate::computation::{AsyncCall, Computation, Step, Wait};
use crate::config::{Config, switched_off};
use crate::info::{CacheInfo, CacheParameters};
#[cfg(feature = "test-util")]
use crate::isolation;
use crate::joined::{Patience, Turn};
use crate::key::Key;
use crate::lazy::Lazy;
use crate::look::Looked;
use crate::miss::Miss;
use crate::ops::{Hashing, normal};
use crate::outcome::Outcome;
use crate::registry::{Listed, register};
use crate::scope::Shared;
#[cfg(feature = "store")]
use crate::store::Hears;
use crate::trusted::Proved;
#[cfg(feature = "test-util")]
use parking_lot::Mutex;
use std::hash::BuildHasher;

/// The cache of a memoized function.
pub struct Memo<K: 'static, V: 'static, S: 'static> {
    name: &'static str,
    config: fn() -> Config<K, V, S>,
    live: Proved<Lazy<Live<K, V, S>>>,
    /// What isolations had, for the next ones.
    #[cfg(feature = "test-util")]
    pub(crate) spare: Proved<Caches<K, V, S>>,
    /// What isolations have or had: all that were ever made.
    #[cfg(feature = "test-util")]
    pub(crate) isolated: Proved<Caches<K, V, S>>,
}

#[cfg(feature = "test-util")]
type Caches<K, V, S> = Mutex<Vec<&'static Live<K, V, S>>>;

pub(crate) struct Live<K, V, S> {
    pub(crate) cache: Cache<K, V>,
    hasher: Hashing<S>,
}

impl<K, V, S> Memo<K, V, S> {
    /// No cache yet; `config` is asked at first use.
    #[must_use]
    pub const fn new(name: &'static str, config: fn() -> Config<K, V, S>) -> Self {
        Self {
            name,
            config,
            live: Proved::empty(Lazy::new()),
            #[cfg(feature = "test-util")]
            spare: Proved::empty(Mutex::new(Vec::new())),
            #[cfg(feature = "test-util")]
            isolated: Proved::empty(Mutex::new(Vec::new())),
        }
    }
}

impl<K, V, S> Memo<K, V, S>
where
    S: BuildHasher,
{
    /// What calls of this thread use. None while the options are being evaluated, by this very thread or
    /// for too long by another one, and where a test has disabled it.
    #[inline]
    fn live(&'static self) -> Option<&'static Live<K, V, S>> {
        #[cfg(feature = "test-util")]
        {
            if isolation::is_disabled() {
                return None;
            }
            if let Some(isolated) = self.isolated() {
                return isolated;
            }
        }
        self.live.get().get_or_make(|| self.make_listed())
    }

    /// The same, disabled or not, for who can't do without.
    fn present(&'static self) -> Option<&'static Live<K, V, S>> {
        #[cfg(feature = "test-util")]
        if let Some(isolated) = self.isolated() {
            return isolated;
        }
        let live = self.live.get();
        live.get_or_make_at_last(|| self.make_listed())
    }

    fn make_listed(&'static self) -> Live<K, V, S> {
        let live = self.make(|builder| builder);
        // Only what was made is listed: the options' expressions may panic.
        register(self);
        #[cfg(feature = "store")]
        live.cache.listen(self);
        live
    }

    pub(crate) fn make(
        &'static self,
        with: impl FnOnce(CacheBuilder<K, V>) -> CacheBuilder<K, V>,
    ) -> Live<K, V, S> {
        let Config { builder, hasher } = (self.config)();
        let builder = with(builder)
            .named(self.name)
            .disabled(switched_off())
            .owned_by(self);
        let cache = builder.build_for::<Shared>();
        let hasher = Hashing::new(hasher);
        Live { cache, hasher }
    }

    /// What a call looks at without a lock, if it is made.
    #[inline(always)]
    fn at_hand(&'static self) -> Option<&'static Live<K, V, S>> {
        #[cfg(feature = "test-util")]
        if !isolation::is_usual() {
            return None;
        }
        self.live.get().get()
    }

    /// The cache itself.
    ///
    /// # Panics
    /// When an expression among the options asks for the cache that it is to configure.
    #[must_use]
    pub fn cache(&'static self) -> &'static Cache<K, V> {
        match self.present() {
            Some(live) => &live.cache,
            None => panic!("the options of `{}` depend on its own cache", self.name),
        }
    }

    /// The cache's statistics.
    #[must_use]
    pub fn info(&'static self) -> CacheInfo {
        self.cache().info()
    }

    /// The cache's settings.
    #[must_use]
    pub fn parameters(&'static self) -> CacheParameters {
        self.cache().parameters()
    }

    /// Empties the cache and zeroes its statistics.
    pub fn clear(&'static self) {
        let cache = self.cache();
        #[cfg(feature = "store")]
        cache.clear_store();
        cache.clear();
    }

    /// A call: the stored result, or the computation that is to be run, which begins now.
    ///
    /// # Errors
    /// The computation, if nothing is stored.
    #[inline(always)]
    pub fn look_up<A: Key<Owned = K>, O: Outcome<V>>(
        &'static self,
        key: &A,
        _outcome: O,
    ) -> Result<V, Computation<K, V>> {
        match self.hit::<A, O>(key) {
            Ok(value) => Ok(value),
            Err(hash) => self.look_up_locked::<A, O>(key, hash),
        }
    }

    /// The path of a hit: nothing else is on it.
    ///
    /// # Errors
    /// The hash, or 0 if there is no cache yet.
    #[inline(always)]
    fn hit<A: Key<Owned = K>, O: Outcome<V>>(&'static self, key: &A) -> Result<V, u64> {
        let Some(live) = self.at_hand() else {
            return Err(0);
        };
        let hash = || live.hasher.hash_one(key);
        live.cache.hit(hash, |stored| key.is(stored), O::copy)
    }

    #[cold]
    #[inline(never)]
    fn look_up_locked<A: Key<Owned = K>, O: Outcome<V>>(
        &'static self,
        key: &A,
        hash: u64,
    ) -> Result<V, Computation<K, V>> {
        let Some(live) = self.live() else {
            return Err(Computation::of(None));
        };
        let hash = || match hash {
            0 => normal(live.hasher.hash_one(key)),
            hash => hash,
        };
        let found = Miss::look_up(
            &live.cache,
            hash,
            |stored| key.is(stored),
            || key.to_stored(),
            O::copy,
        );
        #[cfg(feature = "store")]
        if live.cache.tier.is_some() {
            return found.or_else(Computation::or_stored);
        }
        found.map_err(|miss| Computation::of(Some(miss)))
    }

    /// A step of an async call: the stored result, or what is to be done next.
    ///
    /// # Errors
    /// The computation, or a wait for another's, after which comes the next step.
    #[inline(always)]
    pub fn step<A: Key<Owned = K>, O: Outcome<V>>(
        &'static self,
        key: &A,
        _outcome: O,
        call: AsyncCall<K, V>,
    ) -> Result<V, Step<K, V>> {
        if let Some(live) = self.at_hand() {
            live.cache.poll_refreshes();
        }
        let waited = call.waited();
        let hash = if waited.is_some() {
            0
        } else {
            match self.hit::<A, O>(key) {
                Ok(value) => return Ok(value),
                Err(hash) => hash,
            }
        };
        self.step_locked::<A, O>(key, hash, waited)
    }

    #[cold]
    #[inline(never)]
    fn step_locked<A: Key<Owned = K>, O: Outcome<V>>(
        &'static self,
        key: &A,
        hash: u64,
        waited: Option<(Turn<V>, Patience)>,
    ) -> Result<V, Step<K, V>> {
        let Some(live) = self.live() else {
            return Err(Step::Run(Computation::of(None)));
        };
        if self.at_hand().is_none() {
            // In an isolation.
            live.cache.poll_refreshes();
        }
        let hash = match hash {
            0 => Call::during(&live.cache, || normal(live.hasher.hash_one(key))),
            hash => hash,
        };
        let (turn, patience) =
            waited.unwrap_or_else(|| (Turn::Join, Patience::new(live.cache.longest_wait())));
        let looked = Miss::step(
            &live.cache,
            hash,
            turn,
            &mut |stored| key.is(stored),
            &|| key.to_stored(),
            &O::copy,
        );
        match looked {
            Looked::Hit(value) => Ok(value),
            Looked::Miss(miss) => Err(Step::Run(Computation::of(Some(miss)))),
            Looked::Wait(joined) => Err(Step::Wait(Wait::new(joined, patience))),
        }
    }

    /// A look-up that leaves no trace.
    pub fn get<A: Key<Owned = K>>(&'static self, key: &A) -> Option<V> {
        let live = self.live()?;
        let hash = normal(live.hasher.hash_one(key));
        let found = live.cache.peek_with(hash, |stored| key.is(stored));
        #[cfg(feature = "store")]
        if live.cache.tier.is_some() {
            return found.or_else(|| live.cache.peek_in_store(&key.to_stored()));
        }
        found
    }

    /// Stores a value; gives back the one it replaces.
    pub fn insert<A: Key<Owned = K>>(&'static self, key: &A, value: V) -> Option<V> {
        let live = self.live()?;
        let hash = normal(live.hasher.hash_one(key));
        #[cfg(feature = "store")]
        if live.cache.tier.is_some() {
            return live.cache.put_in_store(hash, key.to_stored(), value);
        }
        live.cache.put(hash, key.to_stored(), value)
    }

    /// Forgets a key; gives back its value.
    pub fn remove<A: Key<Owned = K>>(&'static self, key: &A) -> Option<V> {
        let live = self.live()?;
        let hash = normal(live.hasher.hash_one(key));
        #[cfg(feature = "store")]
        if live.cache.tier.is_some() {
            let stored = key.to_stored();
            return live
                .cache
                .remove_in_store(hash, &stored, |stored| key.is(stored));
        }
        live.cache.remove_with(hash, |stored| key.is(stored))
    }

    /// A computation, which begins now, whose result replaces what is stored.
    pub fn refresh<A: Key<Owned = K>>(&'static self, key: &A) -> Computation<K, V> {
        let refresh = self.live().map(|live| {
            let hash = normal(live.hasher.hash_one(key));
            Miss::refresh(&live.cache, hash, || key.to_stored()).enter()
        });
        Computation::of_refresh(refresh)
    }
}

/// Runs a refresh that waits. In every cache, since nobody knows which one has it: what was submitted for
/// one may have been used up for another.
impl<K, V, S> Work for Memo<K, V, S>
where
    S: BuildHasher,
{
    fn work(&'static self) {
        if let Some(live) = self.live.get().get() {
            quietly(|| live.cache.run_refresh());
        }
        #[cfg(feature = "test-util")]
        {
            let isolated = self.isolated.get().lock().clone();
            for live in isolated {
                quietly(|| live.cache.run_refresh());
            }
        }
    }
}

/// What is told of the store that its cache stands before.
#[cfg(feature = "store")]
impl<K, V, S> Hears for Memo<K, V, S>
where
    S: BuildHasher,
{
    fn changed(&'static self, key: &str) {
        if let Some(live) = self.live.get().get() {
            quietly(|| live.cache.changed_in_store(key));
        }
    }
    fn missed(&'static self) {
        if let Some(live) = self.live.get().get() {
            quietly(|| live.cache.missed_in_store());
        }
    }
}

impl<K, V, S> Listed for Memo<K, V, S>
where
    S: BuildHasher,
{
    fn name(&self) -> &str {
        self.name
    }
    fn info(&'static self) -> CacheInfo {
        self.info()
    }
    fn parameters(&'static self) -> CacheParameters {
        self.parameters()
    }
    fn clear(&'static self) {
        self.clear();
    }
    #[cfg(feature = "metrics")]
    fn is_of_thread(&self) -> bool {
        false
    }
}
