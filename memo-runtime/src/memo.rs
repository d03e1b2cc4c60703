//! The cache of one memoized function: a static that makes its cache at first use, and the calls
//! that the expansion of `#[memoize]` consists of.
//!
//! A [`Memo`] may be shared between threads whatever its types are, so that a type which can't be
//! kept gives one error, where [`kept`] asks, and not one at each mention. This is sound because a
//! `Memo` holds nothing until its [`Config`] is made, and that takes a proof ([`Kept`]) for the key and
//! for the value that only types which are `Send + Sync + 'static` have; of the hasher
//! [`Config::new`] asks the same.

use crate::background::{Work, quietly};
use crate::builder::CacheBuilder;
use crate::cache::Cache;
use crate::call::Call;
use crate::info::{CacheInfo, CacheParameters};
#[cfg(feature = "test-util")]
use crate::isolation;
use crate::joined::{Patience, Turn, Waiting};
use crate::key::Key;
use crate::lazy::Lazy;
use crate::miss::{Looked, Miss};
use crate::ops::{Hashed, Hashing, normal};
use crate::outcome::{Outcome, Outcomes, Plain};
use crate::pick::Shareable;
use crate::registry::{Listed, register};
use crate::scope::Shared;
use crate::trusted::Proved;
use crate::waits;
#[cfg(feature = "test-util")]
use parking_lot::Mutex;
use std::future::poll_fn;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// Proof that a type is `Send + Sync + 'static`.
#[derive(Debug)]
pub struct Kept<T>(PhantomData<fn(T) -> T>);

/// The proof for a type that is. See `Shareable` for the error otherwise.
#[must_use]
pub fn kept<T: Shareable>() -> Kept<T> {
    Kept(PhantomData)
}

/// Proof that a key is `Send + Sync + 'static`: one for each of its parts. Sealed, since soundness
/// rests on it.
pub trait AllKept<K>: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

impl<T> sealed::Sealed for Kept<T> {}
impl<T> AllKept<T> for Kept<T> {}

macro_rules! tuples {
    ($(($($name:ident),*))*) => {$(
        impl<$($name),*> sealed::Sealed for ($(Kept<$name>,)*) {}
        impl<$($name),*> AllKept<($($name,)*)> for ($(Kept<$name>,)*) {}
    )*};
}
tuples! {
    ()
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
    (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
    (A, B, C, D, E, F, G, H, I)
    (A, B, C, D, E, F, G, H, I, J)
    (A, B, C, D, E, F, G, H, I, J, L)
    (A, B, C, D, E, F, G, H, I, J, L, M)
    (A, B, C, D, E, F, G, H, I, J, L, M, N)
    (A, B, C, D, E, F, G, H, I, J, L, M, N, O)
    (A, B, C, D, E, F, G, H, I, J, L, M, N, O, P)
    (A, B, C, D, E, F, G, H, I, J, L, M, N, O, P, Q)
}

/// What a function's cache is made of: the values of the attribute's options.
pub struct Config<K, V, S> {
    /// Takes the options.
    pub builder: CacheBuilder<K, V>,
    pub(crate) hasher: Arc<S>,
}

impl<K: 'static, V: 'static, S: BuildHasher + Default + Send + Sync + 'static> Config<K, V, S> {
    /// Nothing set yet. `_keys` and `_value` are the proofs that a [`Memo`] rests on; `key` says by its
    /// type how keys hash and compare.
    pub fn new<A: Key<Owned = K> + 'static, O: Outcome<V>>(
        _keys: impl AllKept<K>,
        _value: Kept<V>,
        key: Option<A>,
        outcome: O,
    ) -> Self {
        let LocalConfig { builder, hasher } = LocalConfig::new(key, outcome);
        Self { builder, hasher }
    }

    /// The same where the tokens tell the types: keys of the kind `A`, values that are all stored.
    #[must_use]
    pub fn plain<A: Key<Owned = K> + 'static>() -> Self
    where
        K: Send + Sync,
        V: Clone + Send + Sync,
    {
        Self::new(Kept::<K>(PhantomData), Kept(PhantomData), None::<A>, Plain)
    }
}

/// The same for a cache of one thread, which needs no proof. Another type, since what all threads share
/// rests on the proofs.
pub struct LocalConfig<K, V, S> {
    /// Takes the options.
    pub builder: CacheBuilder<K, V>,
    pub(crate) hasher: Arc<S>,
}

impl<K: 'static, V: 'static, S: BuildHasher + Default + Send + Sync + 'static>
    LocalConfig<K, V, S>
{
    /// Nothing set yet. `_key` says by its type how keys hash and compare.
    pub fn new<A: Key<Owned = K> + 'static, O: Outcome<V>>(_key: Option<A>, _outcome: O) -> Self {
        let hasher = Arc::new(S::default());
        let keys = Box::new(Hashed::<A, S>::new(Arc::clone(&hasher)));
        let builder = CacheBuilder::with(keys, Outcomes::of::<O>());
        Self { builder, hasher }
    }

    /// The same where the tokens tell the types: keys of the kind `A`, values that are all stored.
    #[must_use]
    pub fn plain<A: Key<Owned = K> + 'static>() -> Self
    where
        V: Clone,
    {
        Self::new(None::<A>, Plain)
    }
}

/// An argument in code that is compiled for its type only.
pub fn never<T>() -> T {
    unreachable!("only the type of this code is used")
}

/// `MEMOFN_DISABLE=1` turns every memoized function into its body.
pub(crate) fn switched_off() -> bool {
    static OFF: once_cell::sync::Lazy<bool> =
        once_cell::sync::Lazy::new(|| match std::env::var_os("MEMOFN_DISABLE") {
            None => false,
            Some(value) if value == "1" => true,
            Some(value) => {
                if !(value.is_empty() || value == "0") {
                    eprintln!(
                        "memofn: MEMOFN_DISABLE={} means nothing: 1 disables all caches",
                        value.to_string_lossy()
                    );
                }
                false
            }
        });
    *OFF
}

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
    /// What calls of this thread use. None while the options are being evaluated by this very thread,
    /// and where a test has disabled it.
    #[inline]
    fn live(&'static self) -> Option<&'static Live<K, V, S>> {
        #[cfg(feature = "test-util")]
        if isolation::is_disabled() {
            return None;
        }
        self.present()
    }

    /// The same, disabled or not.
    #[inline]
    fn present(&'static self) -> Option<&'static Live<K, V, S>> {
        #[cfg(feature = "test-util")]
        if let Some(isolated) = self.isolated() {
            return isolated;
        }
        self.live.get().get_or_make(|| {
            let live = self.make();
            // Only what was made is listed: the options' expressions may panic.
            register(self);
            live
        })
    }

    pub(crate) fn make(&'static self) -> Live<K, V, S> {
        let Config { builder, hasher } = (self.config)();
        let builder = builder
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
        self.cache().clear();
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
            return Err(Computation(None));
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
        found.map_err(|miss| Computation(Some(miss)))
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
        let hash = if call.waited.is_some() {
            0
        } else {
            match self.hit::<A, O>(key) {
                Ok(value) => return Ok(value),
                Err(hash) => hash,
            }
        };
        self.step_locked::<A, O>(key, hash, call)
    }

    #[cold]
    #[inline(never)]
    fn step_locked<A: Key<Owned = K>, O: Outcome<V>>(
        &'static self,
        key: &A,
        hash: u64,
        call: AsyncCall<K, V>,
    ) -> Result<V, Step<K, V>> {
        let Some(live) = self.live() else {
            return Err(Step::Run(Computation(None)));
        };
        if self.at_hand().is_none() {
            // In an isolation.
            live.cache.poll_refreshes();
        }
        let hash = match hash {
            0 => Call::during(&live.cache, || normal(live.hasher.hash_one(key))),
            hash => hash,
        };
        let (turn, patience) = call
            .waited
            .unwrap_or_else(|| (Turn::Join, Patience::new(live.cache.max_wait)));
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
            Looked::Miss(miss) => Err(Step::Run(Computation(Some(miss)))),
            Looked::Wait(joined) => Err(Step::Wait(Wait {
                waiting: Box::new(Waiting::new(joined, patience)),
                of: PhantomData,
            })),
        }
    }

    /// A look-up that leaves no trace.
    pub fn get<A: Key<Owned = K>>(&'static self, key: &A) -> Option<V> {
        let live = self.live()?;
        let hash = normal(live.hasher.hash_one(key));
        live.cache.peek_with(hash, |stored| key.is(stored))
    }

    /// Stores a value; gives back the one it replaces.
    pub fn insert<A: Key<Owned = K>>(&'static self, key: &A, value: V) -> Option<V> {
        let live = self.live()?;
        let hash = normal(live.hasher.hash_one(key));
        live.cache.put(hash, key.to_stored(), value)
    }

    /// Forgets a key; gives back its value.
    pub fn remove<A: Key<Owned = K>>(&'static self, key: &A) -> Option<V> {
        let live = self.live()?;
        let hash = normal(live.hasher.hash_one(key));
        live.cache.remove_with(hash, |stored| key.is(stored))
    }

    /// A computation, which begins now, whose result replaces what is stored.
    pub fn refresh<A: Key<Owned = K>>(&'static self, key: &A) -> Computation<K, V> {
        let refresh = self.live().map(|live| {
            let hash = normal(live.hasher.hash_one(key));
            Miss::refresh(&live.cache, hash, || key.to_stored()).enter()
        });
        Computation(refresh)
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

/// A call that has to run the body, or a refresh. If it is dropped before its end, nothing is stored.
#[must_use = "the body is to be run"]
pub struct Computation<K: 'static, V: 'static>(Option<Miss<&'static Cache<K, V>>>);

impl<K, V> Computation<K, V> {
    /// The body has given this: it is stored, if it is to be stored.
    pub fn finish(self, value: V) -> V {
        match self.0 {
            Some(miss) => miss.finish(value),
            None => value,
        }
    }
}

impl<K, V> Computation<K, V> {
    /// Runs the body of an async function: the result is stored, if it is to be stored. A future that
    /// is dropped gives the computation up.
    pub fn run(mut self, body: impl Future<Output = V>) -> impl Future<Output = V> {
        let node = self.0.as_mut().and_then(Miss::leave);
        async move {
            let mut body = pin!(body);
            let value = poll_fn(|context| {
                let _inside = waits::enter(node);
                body.as_mut().poll(context)
            })
            .await;
            self.finish(value)
        }
    }
}

/// An async call between its steps.
pub struct AsyncCall<K: 'static, V: 'static> {
    /// None before its first one.
    waited: Option<(Turn<V>, Patience)>,
    of: PhantomData<fn(K)>,
}

impl<K, V> AsyncCall<K, V> {
    /// A call begins.
    #[must_use]
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let (waited, of) = (None, PhantomData);
        Self { waited, of }
    }
}

/// What an async call has to do next.
pub enum Step<K: 'static, V: 'static> {
    /// Run the body.
    Run(Computation<K, V>),
    /// Wait for another's computation.
    Wait(Wait<K, V>),
}

/// A wait for another's computation.
#[must_use = "the wait is to be awaited"]
pub struct Wait<K: 'static, V: 'static> {
    /// In a box: mostly there is none, and it would make all futures larger.
    waiting: Box<Waiting<K, V>>,
    of: PhantomData<fn(K)>,
}

impl<K, V> Future for Wait<K, V> {
    type Output = AsyncCall<K, V>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<AsyncCall<K, V>> {
        let waited = Pin::new(&mut self.waiting).poll(context);
        waited.map(|waited| AsyncCall {
            waited: Some(waited),
            of: PhantomData,
        })
    }
}
