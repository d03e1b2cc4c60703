//! `scope = "thread"`: a cache for each thread that calls the function, with no synchronisation and no
//! need of `Send` or `Sync`. The same engine as everywhere, with [`Local`](crate::scope::Local) for
//! its scope; what differs is where a thread finds its cache.

use crate::config::{LocalConfig, switched_off};
use crate::info::{CacheInfo, CacheParameters};
#[cfg(feature = "test-util")]
use crate::isolation;
use crate::key::Key;
use crate::local::LocalCache;
use crate::miss::Miss;
use crate::ops::{Hashing, normal};
use crate::outcome::Outcome;
use crate::registry::{Listed, register};
use std::cell::{Cell, OnceCell};
use std::hash::BuildHasher;
use std::thread::LocalKey;

struct Live<K, V, S> {
    cache: LocalCache<K, V>,
    hasher: Hashing<S>,
}

impl<K, V, S: BuildHasher + 'static> Live<K, V, S> {
    fn new(config: fn() -> LocalConfig<K, V, S>, name: &'static str) -> Self {
        let LocalConfig { builder, hasher } = config();
        let cache = builder.named(name).disabled(switched_off()).build_local();
        let hasher = Hashing::new(hasher);
        Self { cache, hasher }
    }
}

/// Where a thread has its cache of one function.
pub struct LocalSlot<K, V, S> {
    live: OnceCell<Live<K, V, S>>,
    /// The options' expressions are being evaluated.
    making: Cell<bool>,
}

impl<K, V, S> Default for LocalSlot<K, V, S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V, S> LocalSlot<K, V, S> {
    /// No cache yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            live: OnceCell::new(),
            making: Cell::new(false),
        }
    }
}

impl<K, V, S: BuildHasher + 'static> LocalSlot<K, V, S> {
    /// None while the options are being evaluated.
    fn get_or_make(
        &self,
        config: fn() -> LocalConfig<K, V, S>,
        name: &'static str,
    ) -> Option<&Live<K, V, S>> {
        struct Made<'m>(&'m Cell<bool>);
        impl Drop for Made<'_> {
            fn drop(&mut self) {
                self.0.set(false);
            }
        }

        if self.live.get().is_none() {
            if self.making.replace(true) {
                return None;
            }
            let _made = Made(&self.making);
            // Fails only if it is set already, which the mark rules out.
            let _ = self.live.set(Live::new(config, name));
        }
        self.live.get()
    }
}

/// What tells where this thread has its cache of a function.
pub trait Place: 'static {
    /// The keys.
    type Key: 'static;
    /// The values.
    type Value: 'static;
    /// The hasher.
    type Hasher: BuildHasher + 'static;
    /// Gives the place to `f`; none when this thread has destroyed it.
    fn with_slot<R>(&self, f: impl FnOnce(Option<&SlotOf<Self>>) -> R) -> R;
    /// How to make the cache.
    #[allow(clippy::type_complexity)]
    fn config(&self) -> fn() -> LocalConfig<Self::Key, Self::Value, Self::Hasher>;
    /// The function's name.
    fn name(&self) -> &'static str;
    /// Lists the caches, one entry for all threads.
    fn list(&self);
    /// What tells it from other places.
    #[cfg(feature = "test-util")]
    #[allow(private_interfaces)]
    fn identity(&self) -> isolation::Identity;
}

/// The place of a [`Place`].
#[allow(unreachable_pub)]
pub type SlotOf<P> = LocalSlot<<P as Place>::Key, <P as Place>::Value, <P as Place>::Hasher>;

/// The caches of a memoized function, one for each thread.
pub struct OfThread<P>(pub(crate) P);

impl<P: Place> OfThread<P> {
    /// Gives the cache that calls of this thread use to `f`: none while its options are being evaluated, when
    /// the thread has destroyed it, and where a test has disabled it.
    fn with<R>(&self, f: impl FnOnce(Option<&LiveOf<P>>) -> R) -> R {
        #[cfg(feature = "test-util")]
        if isolation::is_disabled() {
            return f(None);
        }
        self.with_present(f)
    }

    /// Gives this thread's place to `f`.
    #[inline]
    fn with_slot<R>(&self, f: impl FnOnce(Option<&SlotOf<P>>) -> R) -> R {
        #[cfg(feature = "test-util")]
        if let Some(slot) = isolation::place(self.0.identity(), LocalSlot::new) {
            return f(Some(&slot));
        }
        self.0.with_slot(f)
    }

    /// As [`with`](Self::with), disabled or not.
    fn with_present<R>(&self, f: impl FnOnce(Option<&LiveOf<P>>) -> R) -> R {
        self.with_slot(|slot| {
            f(slot.and_then(|slot| {
                let made = slot.live.get().is_some();
                let live = slot.get_or_make(self.0.config(), self.0.name())?;
                if !made {
                    self.0.list();
                }
                Some(live)
            }))
        })
    }

    /// This thread's cache. An empty one that nobody else sees where the thread has destroyed it.
    ///
    /// # Panics
    /// When an expression among the options asks for the cache that it is to configure.
    #[must_use]
    pub fn cache(&self) -> LocalCache<P::Key, P::Value> {
        let cache = self.with_present(|live| live.map(|live| live.cache.clone()));
        cache.unwrap_or_else(|| {
            let destroyed = self.with_slot(|slot| slot.is_none());
            assert!(
                destroyed,
                "the options of `{}` depend on its own cache",
                self.0.name()
            );
            Live::new(self.0.config(), self.0.name()).cache
        })
    }

    /// Statistics of this thread's cache.
    pub fn info(&self) -> CacheInfo {
        self.cache().info()
    }

    /// Settings of this thread's cache.
    pub fn parameters(&self) -> CacheParameters {
        self.cache().parameters()
    }

    /// Empties this thread's cache.
    pub fn clear(&self) {
        self.cache().clear();
    }

    /// A call: the stored result, or the computation that is to be run.
    ///
    /// # Errors
    /// The computation, if nothing is stored.
    #[inline(always)]
    pub fn look_up<A: Key<Owned = P::Key>, O: Outcome<P::Value>>(
        &self,
        key: &A,
        outcome: O,
    ) -> Result<P::Value, LocalComputation<P::Key, P::Value>> {
        #[cfg(feature = "test-util")]
        if !isolation::is_usual() {
            return self.look_up_slowly::<A, O>(key, 0);
        }
        let hit = self.0.with_slot(|slot| match slot?.live.get() {
            Some(live) => Some(live.hit(key, outcome)),
            None => Some(Err(0)),
        });
        match hit {
            Some(Ok(value)) => Ok(value),
            Some(Err(hash)) => self.look_up_slowly::<A, O>(key, hash),
            None => Err(LocalComputation(None)),
        }
    }

    #[cold]
    #[inline(never)]
    fn look_up_slowly<A: Key<Owned = P::Key>, O: Outcome<P::Value>>(
        &self,
        key: &A,
        hash: u64,
    ) -> Result<P::Value, LocalComputation<P::Key, P::Value>> {
        self.with(|live| look_up_slowly::<A, O, P::Value, P::Hasher>(live, key, hash))
    }

    /// A look-up that leaves no trace.
    pub fn get<A: Key<Owned = P::Key>>(&self, key: &A) -> Option<P::Value> {
        self.with(|live| live?.get(key))
    }

    /// Stores a value; gives back the one it replaces.
    pub fn insert<A: Key<Owned = P::Key>>(&self, key: &A, value: P::Value) -> Option<P::Value> {
        self.with(|live| live?.insert(key, value))
    }

    /// Forgets a key; gives back its value.
    pub fn remove<A: Key<Owned = P::Key>>(&self, key: &A) -> Option<P::Value> {
        self.with(|live| live?.remove(key))
    }

    /// A computation whose result replaces what is stored.
    pub fn refresh<A: Key<Owned = P::Key>>(&self, key: &A) -> LocalComputation<P::Key, P::Value> {
        self.with(|live| LocalComputation(live.map(|live| live.refresh(key))))
    }
}

type LiveOf<P> = Live<<P as Place>::Key, <P as Place>::Value, <P as Place>::Hasher>;

/// Speaks of the cache of the thread that asks.
impl<P: Place + Sync> Listed for OfThread<P> {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn info(&'static self) -> CacheInfo {
        let info = |live: &LiveOf<P>| live.cache.info();
        self.with_present(|live| live.map(info)).unwrap_or_default()
    }
    fn parameters(&'static self) -> CacheParameters {
        let parameters = |live: &LiveOf<P>| live.cache.parameters();
        self.with_present(|live| live.map(parameters))
            .unwrap_or_default()
    }
    fn clear(&'static self) {
        let clear = |slot: &SlotOf<P>| slot.live.get().map(|live| live.cache.clear());
        self.with_slot(|slot| slot.and_then(clear));
    }
    #[cfg(feature = "metrics")]
    fn is_of_thread(&self) -> bool {
        true
    }
}

/// The place of a function that has a `thread_local` of its own. Never changes, so that the compiler
/// sees through it.
pub struct Site<K: 'static, V: 'static, S: 'static> {
    name: &'static str,
    config: fn() -> LocalConfig<K, V, S>,
    here: &'static LocalKey<LocalSlot<K, V, S>>,
    list: fn(),
}

/// The caches of a function that has a `thread_local` of its own.
pub type LocalMemo<K, V, S> = OfThread<Site<K, V, S>>;

impl<K, V, S: BuildHasher> LocalMemo<K, V, S> {
    /// No cache yet; `config` is asked at first use in each thread. `list` calls [`Self::list`] on the static
    /// that this becomes.
    #[must_use]
    pub const fn new(
        name: &'static str,
        config: fn() -> LocalConfig<K, V, S>,
        here: &'static LocalKey<LocalSlot<K, V, S>>,
        list: fn(),
    ) -> Self {
        Self(Site {
            name,
            config,
            here,
            list,
        })
    }

    /// Lists this, which is a static, once for all threads.
    pub fn list(&'static self) {
        register(self);
    }
}

impl<K, V, S: BuildHasher> Place for Site<K, V, S> {
    type Key = K;
    type Value = V;
    type Hasher = S;

    #[inline]
    fn with_slot<R>(&self, f: impl FnOnce(Option<&LocalSlot<K, V, S>>) -> R) -> R {
        let mut f = Some(f);
        let done = self.here.try_with(|slot| f.take().map(|f| f(Some(slot))));
        match (done, f) {
            (Ok(Some(result)), _) => result,
            (_, Some(f)) => f(None),
            _ => unreachable!("`f` is called once"),
        }
    }
    fn config(&self) -> fn() -> LocalConfig<K, V, S> {
        self.config
    }
    fn name(&self) -> &'static str {
        self.name
    }
    fn list(&self) {
        (self.list)();
    }
    #[cfg(feature = "test-util")]
    #[allow(private_interfaces)]
    fn identity(&self) -> isolation::Identity {
        isolation::Identity::at(self)
    }
}

fn look_up_slowly<A: Key, O: Outcome<V>, V, S: BuildHasher + 'static>(
    live: Option<&Live<A::Owned, V, S>>,
    key: &A,
    hash: u64,
) -> Result<V, LocalComputation<A::Owned, V>> {
    let Some(live) = live else {
        return Err(LocalComputation(None));
    };
    let hash = || match hash {
        0 => live.cache.begun(live.hasher.hash_one(key)),
        hash => hash,
    };
    let found = Miss::look_up(
        live.cache.clone(),
        hash,
        |stored| key.is(stored),
        || key.to_stored(),
        O::copy,
    );
    found.map_err(|miss| LocalComputation(Some(miss)))
}

impl<K, V, S: BuildHasher + 'static> Live<K, V, S> {
    /// The path of a hit: nothing else is on it.
    #[inline]
    fn hit<A: Key<Owned = K>, O: Outcome<V>>(&self, key: &A, _: O) -> Result<V, u64> {
        let hash = || self.hasher.hash_one(key);
        self.cache.hit(hash, |stored| key.is(stored), O::copy)
    }

    fn get<A: Key<Owned = K>>(&self, key: &A) -> Option<V> {
        let hash = normal(self.hasher.hash_one(key));
        self.cache.peek_with(hash, |stored| key.is(stored))
    }

    fn insert<A: Key<Owned = K>>(&self, key: &A, value: V) -> Option<V> {
        let hash = normal(self.hasher.hash_one(key));
        self.cache.put(hash, key.to_stored(), value)
    }

    fn remove<A: Key<Owned = K>>(&self, key: &A) -> Option<V> {
        let hash = normal(self.hasher.hash_one(key));
        self.cache.remove_with(hash, |stored| key.is(stored))
    }

    fn refresh<A: Key<Owned = K>>(&self, key: &A) -> Miss<LocalCache<K, V>> {
        let hash = normal(self.hasher.hash_one(key));
        Miss::refresh(self.cache.clone(), hash, || key.to_stored()).enter()
    }
}

/// A call that has to run the body, or a refresh. If it is dropped before its end, nothing is stored.
#[must_use = "the body is to be run"]
pub struct LocalComputation<K: 'static, V: 'static>(Option<Miss<LocalCache<K, V>>>);

impl<K, V> LocalComputation<K, V> {
    /// The body has given this: it is stored, if it is to be stored.
    pub fn finish(self, value: V) -> V {
        match self.0 {
            Some(miss) => miss.finish(value),
            None => value,
        }
    }
}
