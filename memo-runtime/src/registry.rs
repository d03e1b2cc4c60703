//! All caches of memoized functions that were used so far.

use crate::info::{CacheInfo, CacheParameters};
use parking_lot::Mutex;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// A cache of whatever type.
pub(crate) trait Listed: Sync {
    fn name(&self) -> &str;
    fn info(&'static self) -> CacheInfo;
    fn parameters(&'static self) -> CacheParameters;
    fn clear(&'static self);
    /// Does it speak of the cache of the thread that asks?
    #[cfg(feature = "metrics")]
    fn is_of_thread(&self) -> bool;
}

static ALL: Mutex<Vec<&'static dyn Listed>> = Mutex::new(Vec::new());

/// Lists a cache, if it isn't listed yet.
pub(crate) fn register(cache: &'static dyn Listed) {
    #[cfg(feature = "test-util")]
    if crate::isolation::list(cache) {
        return;
    }
    let mut all = ALL.lock();
    if !all.iter().any(|&other| std::ptr::addr_eq(other, cache)) {
        all.push(cache);
    }
}

fn listed() -> Vec<&'static dyn Listed> {
    #[cfg(feature = "test-util")]
    if let Some(isolated) = crate::isolation::listed() {
        return isolated;
    }
    ALL.lock().clone()
}

/// The caches of all memoized functions used so far, sorted by name. Of a function with `scope =
/// "thread"` there is one entry, which speaks of the cache of the thread that asks.
///
/// ```
/// use memofn::memoize;
///
/// #[memoize(name = "squares")]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// square(4);
/// for cache in memofn::caches() {
///     println!("{} {}", cache.name(), cache.info());
///     cache.clear();
/// }
/// assert!(memofn::caches().iter().any(|cache| cache.name() == "squares"));
/// ```
#[must_use]
pub fn caches() -> Vec<CacheHandle> {
    let mut handles: Vec<CacheHandle> = listed().into_iter().map(CacheHandle).collect();
    handles.sort_by(|a, b| a.name().cmp(b.name()));
    handles
}

/// Empties the caches of all memoized functions used so far and zeroes their statistics, as the
/// `f_cache_clear()` of each. Of functions with `scope = "thread"` it is the cache of the calling thread.
///
/// ```
/// use memofn::memoize;
///
/// #[memoize]
/// fn triple(n: u64) -> u64 {
///     3 * n
/// }
///
/// triple(4);
/// memofn::clear_all();
/// assert_eq!(triple_cache_info().len, 0);
/// ```
pub fn clear_all() {
    caches().iter().for_each(CacheHandle::clear);
}

/// The cache of a memoized function, without its types. See [`caches`].
///
/// ```
/// use memofn::memoize;
///
/// #[memoize(name = "doubles")]
/// fn double(n: u64) -> u64 {
///     2 * n
/// }
///
/// double(4);
/// let caches = memofn::caches();
/// let doubles = caches.iter().find(|cache| cache.name() == "doubles").unwrap();
/// assert_eq!(doubles.info().misses, 1);
/// assert_eq!(doubles.parameters().capacity, None);
/// doubles.clear();
/// assert_eq!(double_cache_info().len, 0);
/// ```
#[derive(Clone, Copy)]
pub struct CacheHandle(&'static dyn Listed);

impl CacheHandle {
    /// `name`, or else `module::function`.
    ///
    /// ```
    /// #[memofn::memoize(name = "doubles")]
    /// fn double(n: u64) -> u64 {
    ///     2 * n
    /// }
    /// double(4);
    /// let doubles = memofn::caches()[0];
    /// assert_eq!(doubles.name(), "doubles");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// What tells it from others, whatever their names.
    #[cfg(feature = "metrics")]
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self.0).addr()
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn is_of_thread(&self) -> bool {
        self.0.is_of_thread()
    }

    /// Its statistics.
    ///
    /// ```
    /// #[memofn::memoize(name = "doubles")]
    /// fn double(n: u64) -> u64 {
    ///     2 * n
    /// }
    /// double(4);
    /// let doubles = memofn::caches()[0];
    /// assert_eq!(doubles.info(), double_cache_info());
    /// ```
    #[must_use]
    pub fn info(&self) -> CacheInfo {
        self.0.info()
    }

    /// Its settings.
    ///
    /// ```
    /// #[memofn::memoize(name = "doubles")]
    /// fn double(n: u64) -> u64 {
    ///     2 * n
    /// }
    /// double(4);
    /// let doubles = memofn::caches()[0];
    /// assert_eq!(doubles.parameters().to_string(), "policy=unbounded");
    /// ```
    #[must_use]
    pub fn parameters(&self) -> CacheParameters {
        self.0.parameters()
    }

    /// Empties it and zeroes its statistics.
    ///
    /// ```
    /// #[memofn::memoize(name = "doubles")]
    /// fn double(n: u64) -> u64 {
    ///     2 * n
    /// }
    /// double(4);
    /// let doubles = memofn::caches()[0];
    /// doubles.clear();
    /// assert_eq!(double_cache_get(4), None);
    /// ```
    pub fn clear(&self) {
        self.0.clear();
    }
}

// As for the cache itself.
impl UnwindSafe for CacheHandle {}
impl RefUnwindSafe for CacheHandle {}

impl fmt::Debug for CacheHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CacheHandle")
            .field("name", &self.name())
            .field("info", &self.info())
            .finish()
    }
}
