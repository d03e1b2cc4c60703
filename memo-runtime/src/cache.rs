//! The cache by itself: what a memoized function keeps its results in, usable without the attribute.

use crate::arena::Arena;
use crate::builder::{CacheBuilder, Lifetime};
use crate::events::Name;
use crate::expiry::Lifetimes;
use crate::miss::Miss;
use crate::ops::{KeyOps, LookUp};
use crate::outcome::Outcomes;
use crate::policy::Touch;
use crate::recency::Recency;
use crate::refresh::Refresher;
use crate::scope::{Scope, Shared};
#[cfg(feature = "store")]
use crate::store::Tier;
use crate::table::Ledger;
use std::fmt;
use std::hash::Hash;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

pub(crate) type Weigher<K, V> = Box<dyn Fn(&K, &V) -> u64 + Send + Sync>;
pub(crate) type Predicate<V> = Box<dyn Fn(&V) -> bool + Send + Sync>;

/// A bounded map that decides by its [`Policy`](crate::Policy) which entry leaves, shared by reference between
/// threads. Every memoized function has one (`f_cache()`); this is how to have one by hand.
///
/// No method runs user code (`Hash`, `Eq`, `Clone`, `Drop`, closures) under its lock: re-entering
/// the cache from any of them works, and a panic in any of them leaves the cache whole.
///
/// An LRU cache of two entries:
///
/// ```
/// let cache = memofn::Cache::new(2);
/// cache.insert(1, "hello");
/// cache.insert(2, "world");
/// assert_eq!(cache.get(&1), Some("hello"));
/// assert_eq!(cache.get(&2), Some("world"));
/// cache.insert(3, "foo"); // 1 is the least recently used one
/// assert_eq!(cache.get(&1), None);
/// assert_eq!(cache.get(&2), Some("world"));
/// assert_eq!(cache.get(&3), Some("foo"));
/// cache.insert(4, "bar");
/// assert_eq!(cache.get(&1), None);
/// assert_eq!(cache.get(&2), None);
/// assert_eq!(cache.get(&3), Some("foo"));
/// assert_eq!(cache.get(&4), Some("bar"));
/// ```
///
/// A recursion through it:
///
/// ```
/// use memofn::Cache;
///
/// fn fib(n: u64, cache: &Cache<u64, u64>) -> u64 {
///     if n < 2 {
///         return n;
///     }
///     cache.get_or_insert_with(&n, || fib(n - 1, cache) + fib(n - 2, cache))
/// }
/// assert_eq!(fib(36, &Cache::new(2)), 14_930_352);
/// ```
// What a hit reads stands together, in this order.
#[repr(C)]
pub struct Cache<K, V, S: Scope = Shared> {
    pub(crate) recency: Recency,
    /// What a hit has to write, whatever for.
    pub(crate) touch: Touch,
    /// Whether the policy wants the order of use.
    pub(crate) has_order: bool,
    /// `MEMOFN_DISABLE=1`: stores nothing and counts nothing.
    pub(crate) disabled: bool,
    /// Is there anything that could be stored?
    pub(crate) open: AtomicBool,
    pub(crate) arena: Arena<K, V, S, Ledger<K, V>>,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) keys: Box<dyn KeyOps<K>>,
    pub(crate) outcomes: Outcomes<V>,
    pub(crate) weigher: Option<Weigher<K, V>>,
    pub(crate) cache_if: Option<Predicate<V>>,
    pub(crate) expires: Option<Lifetime<V>>,
    pub(crate) max_weight: Option<u64>,
    pub(crate) refresher: Option<Box<Refresher<K, V>>>,
    /// The store that this stands before.
    #[cfg(feature = "store")]
    pub(crate) tier: Option<Box<Tier<K, V>>>,
    /// Do concurrent calls for one key compute it once?
    pub(crate) single_flight: bool,
    pub(crate) max_wait: Duration,
    /// Has a computation been seen to wait for another one of this cache?
    pub(crate) recurses: AtomicBool,
    pub(crate) name: Name,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// An LRU cache of at most `capacity` entries. 0 stores nothing and only counts.
    ///
    /// ```
    /// let cache = memofn::Cache::new(128);
    /// assert_eq!(cache.insert("a", 1), None);
    /// ```
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::builder().capacity(capacity).build()
    }

    /// A cache without a bound: nothing leaves by itself.
    ///
    /// ```
    /// let cache = memofn::Cache::unbounded();
    /// assert_eq!(cache.get_or_insert_with(&7, || 49), 49);
    /// ```
    #[must_use]
    pub fn unbounded() -> Self {
        Self::builder().build()
    }

    /// A cache with settings of its own.
    ///
    /// ```
    /// use memofn::{Cache, Policy};
    ///
    /// let cache = Cache::builder().policy(Policy::Lfu).capacity(100).build();
    /// cache.insert(1, 'a');
    /// ```
    pub fn builder() -> CacheBuilder<K, V> {
        CacheBuilder::new()
    }
}

impl<K, V, S: Scope> Cache<K, V, S> {
    /// Looks a key up: counts a hit or a miss, and a hit is a use. O(1), no allocation.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.get(&1), Some('a'));
    /// assert_eq!(cache.get(&2), None);
    /// assert_eq!((cache.info().hits, cache.info().misses), (1, 1));
    /// ```
    #[must_use]
    pub fn get<Q: LookUp<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        let ops = &*self.keys;
        self.get_with(|| key.hash_by(ops), |stored| key.is(ops, stored))
    }

    /// Looks a key up without a trace: counts nothing, touches no recency.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.peek(&1), Some('a'));
    /// assert_eq!(cache.info().hits, 0);
    /// ```
    #[must_use]
    pub fn peek<Q: LookUp<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        let ops = &*self.keys;
        self.peek_with(key.hash_by(ops), |stored| key.is(ops, stored))
    }

    /// Is there a result for this key? Leaves no trace.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert!(cache.contains_key(&1) && !cache.contains_key(&2));
    /// ```
    #[must_use]
    pub fn contains_key<Q: LookUp<K> + ?Sized>(&self, key: &Q) -> bool {
        let ops = &*self.keys;
        self.holds(key.hash_by(ops), |stored| key.is(ops, stored))
    }

    /// The stored result, or the one that `compute` gives, which is stored. `compute` runs without a
    /// lock, and may use the cache. If it panics, nothing is stored, and the call counts as a miss.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// assert_eq!(cache.get_or_insert_with(&3, || 9), 9);
    /// assert_eq!(cache.get_or_insert_with(&3, || unreachable!()), 9);
    /// ```
    pub fn get_or_insert_with<Q: LookUp<K> + ?Sized>(
        &self,
        key: &Q,
        compute: impl FnOnce() -> V,
    ) -> V {
        match self.look_up_by(key) {
            Ok(value) => value,
            Err(miss) => miss.finish(compute()),
        }
    }

    /// The stored result, or the one that `compute` gives; an error is given and not stored, and
    /// counted in `errors`.
    ///
    /// # Errors
    /// The one of `compute`.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// assert!(cache.try_get_or_insert_with("seven", || "seven".parse::<u8>()).is_err());
    /// assert_eq!(cache.try_get_or_insert_with("7", || "7".parse::<u8>()), Ok(7));
    /// # let _: &memofn::Cache<String, u8> = &cache;
    /// assert_eq!((cache.info().misses, cache.info().errors), (2, 1));
    /// ```
    pub fn try_get_or_insert_with<Q: LookUp<K> + ?Sized, E>(
        &self,
        key: &Q,
        compute: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        match self.look_up_by(key) {
            Ok(value) => Ok(value),
            Err(mut miss) => {
                let value = compute().inspect_err(|_| miss.fail())?;
                Ok(miss.finish(value))
            }
        }
    }

    fn look_up_by<Q: LookUp<K> + ?Sized>(&self, key: &Q) -> Result<V, Miss<&Self>> {
        let ops = &*self.keys;
        let (is, copy) = (|stored: &K| key.is(ops, stored), self.outcomes.copy);
        match self.hit(|| key.hash_by(ops), is, copy) {
            Ok(value) => Ok(value),
            Err(hash) => Miss::look_up(self, || hash, is, || key.to_key(ops), copy),
        }
    }

    /// Stores a value; gives back the one it replaces. What is not to be stored (`cache_if`, too
    /// heavy) is not, and the old value leaves all the same. A computation of the key that is under
    /// way stores nothing after this.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// assert_eq!(cache.insert(1, 'a'), None);
    /// assert_eq!(cache.insert(1, 'b'), Some('a'));
    /// ```
    pub fn insert(&self, key: K, value: V) -> Option<V> {
        self.put(self.keys.hash(&key), key, value)
    }

    /// Forgets a key; gives back its value. A computation of the key that is under way stores nothing
    /// after this.
    ///
    /// ```
    /// let cache = memofn::Cache::new(2);
    /// cache.insert(1, 'a');
    /// assert_eq!(cache.remove(&1), Some('a'));
    /// assert_eq!(cache.remove(&1), None);
    /// ```
    pub fn remove<Q: LookUp<K> + ?Sized>(&self, key: &Q) -> Option<V> {
        let ops = &*self.keys;
        self.remove_with(key.hash_by(ops), |stored| key.is(ops, stored))
    }

    /// Could anything be stored?
    #[inline]
    pub(crate) fn stores(&self) -> bool {
        self.open.load(Relaxed)
    }
}

// A panic in user code leaves the cache whole, wherever it happens.
impl<K, V, S: Scope> UnwindSafe for Cache<K, V, S> {}
impl<K, V, S: Scope> RefUnwindSafe for Cache<K, V, S> {}

impl<K, V, S: Scope> fmt::Debug for Cache<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("parameters", &self.parameters())
            .field("info", &self.info())
            .finish_non_exhaustive()
    }
}
