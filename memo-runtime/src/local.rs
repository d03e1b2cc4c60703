//! A cache of one thread.

use crate::builder::CacheBuilder;
use crate::cache::Cache;
use crate::miss::Handle;
use crate::scope::Local;
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::rc::Rc;

/// A [`Cache`] of one thread: all its methods, no synchronisation, and keys and values that need not be
/// `Send` or `Sync`. Cloning it gives another handle on the same cache.
///
/// ```
/// use memofn::LocalCache;
/// use std::rc::Rc;
///
/// let cache = LocalCache::new(2);
/// cache.insert("a", Rc::new(1));
/// cache.insert("b", Rc::new(2));
/// assert_eq!(*cache.get(&"a").unwrap(), 1);
/// cache.insert("c", Rc::new(3));
/// assert_eq!(cache.get(&"b"), None); // the least recently used one
/// ```
pub struct LocalCache<K, V>(Rc<Cache<K, V, Local>>);

impl<K, V> LocalCache<K, V> {
    pub(crate) fn of(cache: Cache<K, V, Local>) -> Self {
        Self(Rc::new(cache))
    }
}

impl<K, V> LocalCache<K, V>
where
    K: Hash + Eq + Clone + 'static,
    V: Clone + 'static,
{
    /// An LRU cache of at most `capacity` entries. 0 stores nothing and only counts.
    ///
    /// ```
    /// let cache = memofn::LocalCache::new(128);
    /// assert_eq!(cache.insert("a", 1), None);
    /// ```
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::builder().capacity(capacity).build_local()
    }

    /// A cache with settings of its own, for [`CacheBuilder::build_local`].
    ///
    /// ```
    /// use memofn::{LocalCache, Policy};
    ///
    /// let cache = LocalCache::builder().policy(Policy::Fifo).capacity(100).build_local();
    /// cache.insert(1, 'a');
    /// ```
    pub fn builder() -> CacheBuilder<K, V> {
        CacheBuilder::new()
    }
}

impl<K, V> Clone for LocalCache<K, V> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<K, V> Deref for LocalCache<K, V> {
    type Target = Cache<K, V, Local>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K, V> fmt::Debug for LocalCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<K, V> Handle for LocalCache<K, V> {
    type Key = K;
    type Value = V;
    type Scope = Local;
}
