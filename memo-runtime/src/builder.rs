//! The settings of a cache to be.

use crate::background::Work;
use crate::cache::{Predicate, Weigher};
use crate::cause::Cause;
use crate::clock::{NEVER, Nanos, nanos};
use crate::events::Name;
use crate::ops::{Hashed, KeyOps};
use crate::outcome::{Outcomes, Plain};
use crate::policy::Policy;
#[cfg(feature = "store")]
use crate::store::Tier;
use crate::table::Bounds;
use std::fmt;
use std::hash::{BuildHasher, Hash};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The seeded hasher that is used where none is named: foldhash, fast, and different in every
/// process and cache, so that an outsider can't aim at collisions.
///
/// ```
/// use std::hash::BuildHasher;
///
/// let (one, another) = (memofn::DefaultHasher::default(), memofn::DefaultHasher::default());
/// assert_eq!(one.hash_one("a"), one.hash_one("a"));
/// assert_ne!(one.hash_one("a"), another.hash_one("a"));
/// ```
pub type DefaultHasher = foldhash::fast::RandomState;

/// Longest wait for another's computation.
pub(crate) const MAX_WAIT: Duration = Duration::from_secs(10);

/// A lifetime of its own for a value: `expires`.
pub(crate) type Lifetime<V> = Box<dyn Fn(&V) -> Option<Duration> + Send + Sync>;
/// What is told of entries that have left: `on_evict`.
pub(crate) type Listener<K, V> = Box<dyn Fn(&K, &V, Cause) + Send + Sync>;

/// How a result is computed again from its key alone: `refresh_after`.
pub(crate) enum Recompute<K, V> {
    Sync(fn(&K) -> V),
    Async(fn(K) -> Pin<Box<dyn Future<Output = V> + Send>>),
}

/// Settings of a [`Cache`](crate::Cache).
///
/// ```
/// use memofn::{Cache, Policy};
/// use std::time::Duration;
///
/// let cache: Cache<String, Vec<u8>> = Cache::builder()
///     .policy(Policy::Lru)
///     .max_weight(64 << 20)
///     .weight(memofn::weight_of)
///     .ttl(Duration::from_secs(30))
///     .build();
/// assert_eq!(cache.parameters().max_weight, Some(64 << 20));
/// ```
#[must_use = "a builder does nothing until `build`"]
pub struct CacheBuilder<K, V> {
    pub(crate) keys: Box<dyn KeyOps<K>>,
    pub(crate) outcomes: Outcomes<V>,
    pub(crate) policy: Option<Policy>,
    pub(crate) bounds: Bounds,
    pub(crate) weigher: Option<Weigher<K, V>>,
    pub(crate) cache_if: Option<Predicate<V>>,
    pub(crate) ttl: Nanos,
    pub(crate) tti: Nanos,
    pub(crate) jitter: f64,
    pub(crate) expires: Option<Lifetime<V>>,
    pub(crate) err_ttl: Option<Nanos>,
    pub(crate) none_ttl: Option<Nanos>,
    pub(crate) stale_if_error: Nanos,
    pub(crate) refresh: Option<(Nanos, Recompute<K, V>)>,
    #[cfg(feature = "store")]
    pub(crate) tier: Option<Box<Tier<K, V>>>,
    pub(crate) owner: Option<&'static dyn Work>,
    pub(crate) on_evict: Option<Listener<K, V>>,
    pub(crate) single_flight: Option<bool>,
    pub(crate) max_wait: Duration,
    pub(crate) seed: Option<u64>,
    pub(crate) disabled: bool,
    pub(crate) name: Name,
}

impl<K, V> CacheBuilder<K, V>
where
    K: Hash + Eq + Clone + 'static,
    V: Clone + 'static,
{
    pub(crate) fn new() -> Self {
        Self::with(hashed(DefaultHasher::default()), Outcomes::of::<Plain>())
    }

    /// The hasher. Default: a fast one with a seed of the cache's own.
    ///
    /// ```
    /// let hasher = std::hash::RandomState::new();
    /// let cache = memofn::Cache::builder().hasher(hasher).build();
    /// cache.insert(1, 'a');
    /// ```
    pub fn hasher(mut self, hasher: impl BuildHasher + Send + Sync + 'static) -> Self {
        self.keys = hashed(hasher);
        self
    }
}

fn hashed<K, S>(hasher: S) -> Box<dyn KeyOps<K>>
where
    K: Hash + Eq + Clone + 'static,
    S: BuildHasher + Send + Sync + 'static,
{
    Box::new(Hashed::<&'static K, S>::new(Arc::new(hasher)))
}

impl<K, V> CacheBuilder<K, V> {
    pub(crate) fn with(keys: Box<dyn KeyOps<K>>, outcomes: Outcomes<V>) -> Self {
        Self {
            keys,
            outcomes,
            policy: None,
            bounds: Bounds::default(),
            weigher: None,
            cache_if: None,
            ttl: NEVER,
            tti: NEVER,
            jitter: 0.0,
            expires: None,
            err_ttl: None,
            none_ttl: None,
            stale_if_error: 0,
            refresh: None,
            #[cfg(feature = "store")]
            tier: None,
            owner: None,
            on_evict: None,
            single_flight: None,
            max_wait: MAX_WAIT,
            seed: None,
            disabled: false,
            name: Name::NONE,
        }
    }

    /// Which entry leaves when the cache is full. Default: [`Policy::Lru`] where there is a bound,
    /// else [`Policy::Unbounded`]. A policy without a bound gets a capacity of 128, as `lru_cache()`.
    ///
    /// ```
    /// use memofn::{Cache, Policy};
    /// let cache: Cache<u8, u8> = Cache::builder().policy(Policy::Fifo).build();
    /// assert_eq!(cache.parameters().capacity, Some(128));
    /// ```
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Most entries. 0 stores nothing and only counts.
    ///
    /// ```
    /// let cache: memofn::Cache<u8, u8> = memofn::Cache::builder().capacity(3).build();
    /// assert_eq!(cache.parameters().capacity, Some(3));
    /// ```
    pub fn capacity(mut self, capacity: usize) -> Self {
        self.bounds.capacity = Some(capacity);
        self
    }

    /// Bound on the sum of weights, in the unit of [`weight`](Self::weight), which it needs. With a
    /// capacity, both hold.
    ///
    /// ```
    /// let cache = memofn::Cache::builder().max_weight(10).weight(|_, text: &String| text.len() as u64).build();
    /// cache.insert(1, "eleven byte".to_string()); // can never fit
    /// assert_eq!(cache.len(), 0);
    /// ```
    pub fn max_weight(mut self, max_weight: u64) -> Self {
        self.bounds.max_weight = Some(max_weight);
        self
    }

    /// An entry's weight, asked once, when it is stored, without a lock.
    /// [`weight_of`](crate::weight_of) counts bytes.
    ///
    /// ```
    /// let cache = memofn::Cache::builder().max_weight(1 << 20).weight(memofn::weight_of).build();
    /// cache.insert(1, "text".to_string());
    /// assert!(cache.info().weight > 4);
    /// ```
    pub fn weight(mut self, weigh: impl Fn(&K, &V) -> u64 + Send + Sync + 'static) -> Self {
        self.weigher = Some(Box::new(weigh));
        self
    }

    /// An entry expires this long after it was stored, on the monotonic clock. Zero stores nothing. It is
    /// never returned after that. A hit costs a look at the kernel's coarse clock where all lifetimes of
    /// the cache are a second or more, and the entry has more than a tenth of a second left; else
    /// one at the precise clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache: memofn::Cache<u8, u8> = memofn::Cache::builder().ttl(Duration::from_secs(1)).build();
    /// assert_eq!(cache.parameters().ttl, Some(Duration::from_secs(1)));
    /// ```
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = nanos(ttl);
        self
    }

    /// An entry expires this long after it was last used, on the monotonic clock. Zero stores nothing. May
    /// be over early by the coarse clock's step, 10 ms at most, where lifetimes are a second or more.
    ///
    /// ```
    /// use std::time::Duration;
    /// let cache: memofn::Cache<u8, u8> = memofn::Cache::builder().tti(Duration::from_secs(1)).build();
    /// assert_eq!(cache.parameters().tti, Some(Duration::from_secs(1)));
    /// ```
    pub fn tti(mut self, tti: Duration) -> Self {
        self.tti = nanos(tti);
        self
    }

    /// Shortens each `ttl` by a random share of up to this, so that entries stored together don't
    /// expire together: 0.1 is 10 %. Clamped to `0.0..=1.0`.
    ///
    /// ```
    /// use std::time::Duration;
    /// let builder = memofn::Cache::<u8, u8>::builder().ttl(Duration::from_secs(60)).jitter(0.1);
    /// assert_eq!(builder.build().parameters().jitter, 0.1);
    /// ```
    pub fn jitter(mut self, share: f64) -> Self {
        self.jitter = if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        self
    }

    /// Stores only what this holds for. Asked without a lock.
    ///
    /// ```
    /// let cache = memofn::Cache::builder().cache_if(|value: &u32| *value > 0).build();
    /// cache.insert('a', 0);
    /// assert!(cache.is_empty());
    /// ```
    pub fn cache_if(mut self, wanted: impl Fn(&V) -> bool + Send + Sync + 'static) -> Self {
        self.cache_if = Some(Box::new(wanted));
        self
    }

    /// A lifetime of its own for each value, from the time it is stored: `None` is the `ttl`, if there
    /// is one, zero doesn't store it. Never shortened by [`jitter`](Self::jitter). Asked once, when the
    /// value is to be stored, without a lock; of a memoized function not for what has an `err_ttl` or
    /// `none_ttl`, which go before it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let cache = memofn::Cache::builder()
    ///     .expires(|token: &(String, u64)| Some(Duration::from_secs(token.1)))
    ///     .build();
    /// cache.insert("a", ("for an hour".to_owned(), 3_600));
    /// cache.insert("b", ("not at all".to_owned(), 0));
    /// assert_eq!(cache.len(), 1);
    /// ```
    pub fn expires(
        mut self,
        lifetime: impl Fn(&V) -> Option<Duration> + Send + Sync + 'static,
    ) -> Self {
        self.expires = Some(Box::new(lifetime));
        self
    }

    /// Told of each entry that has left, with the [`Cause`]: once, without a lock, before the call
    /// returns that made it leave; by a later one that changes the cache if somebody is reading the entry just
    /// then. It may use the cache. If it panics, the others are told all the same, and the panic
    /// reaches the caller. What was never stored isn't told, nor what goes with its cache when that is dropped.
    ///
    /// ```
    /// use memofn::{Cache, Cause};
    /// use std::sync::mpsc;
    ///
    /// let (left, seen) = mpsc::channel();
    /// let left = std::sync::Mutex::new(left);
    /// let cache = Cache::builder()
    ///     .capacity(1)
    ///     .on_evict(move |key: &u32, value: &char, cause| {
    ///         left.lock().unwrap().send((*key, *value, cause)).unwrap();
    ///     })
    ///     .build();
    /// cache.insert(1, 'a');
    /// cache.insert(2, 'b');
    /// assert_eq!(seen.recv().unwrap(), (1, 'a', Cause::Evicted));
    /// ```
    pub fn on_evict(mut self, told: impl Fn(&K, &V, Cause) + Send + Sync + 'static) -> Self {
        self.on_evict = Some(Box::new(told));
        self
    }

    /// Whether concurrent calls of [`Cache::get_or_insert_with`](crate::Cache::get_or_insert_with) for one key compute it once: the others
    /// wait for the result. Default: yes; never for a capacity of 0, or a [`LocalCache`](crate::LocalCache).
    ///
    /// ```
    /// let cache: memofn::Cache<u8, u8> = memofn::Cache::builder().single_flight(false).build();
    /// cache.insert(1, 2);
    /// ```
    pub fn single_flight(mut self, once: bool) -> Self {
        self.single_flight = Some(once);
        self
    }

    /// Longest wait for another's computation before one computes oneself. Default: 10 s, and 100 ms
    /// where the cache has been seen to be used by a recursion over several threads. Who is
    /// inside a computation waits 10 ms at most.
    ///
    /// ```
    /// use std::time::Duration;
    /// let builder = memofn::Cache::<u8, u8>::builder().max_wait(Duration::from_secs(1));
    /// # let _ = builder;
    /// ```
    pub fn max_wait(mut self, longest: Duration) -> Self {
        self.max_wait = longest;
        self
    }

    /// Makes what is random, the policy `random` and `jitter`, repeatable.
    ///
    /// ```
    /// use memofn::{Cache, Policy};
    /// let left = |seed| {
    ///     let cache = Cache::builder().policy(Policy::Random).capacity(5).seed(seed).build();
    ///     (0..100).for_each(|key| drop(cache.insert(key, ())));
    ///     (0..100).filter(|key| cache.contains_key(key)).collect::<Vec<_>>()
    /// };
    /// assert_eq!(left(7), left(7));
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The name of the cache in the events of [`tracing`](crate::tracing). With the feature `tracing`.
    ///
    /// ```
    /// let cache = memofn::Cache::builder().capacity(10).name("squares").build();
    /// cache.insert(1, 1);
    /// ```
    #[cfg(feature = "tracing")]
    pub fn name(self, name: &'static str) -> Self {
        self.named(name)
    }
}

impl<K, V> fmt::Debug for CacheBuilder<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheBuilder")
            .field("policy", &self.policy)
            .field("bounds", &self.bounds)
            .finish_non_exhaustive()
    }
}
