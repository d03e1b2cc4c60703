//! For tests: a clock that they drive, and functions without their caches, or with other ones. With the
//! feature `test-util`.

use crate::{clock, isolation};
use std::time::Duration;

/// Moves the clock by which entries expire forward, for the whole process: tests of expiry need
/// no sleep. Tests that use it should not run at the same time as others that depend on it.
///
/// ```
/// use memofn::{memoize, testing};
/// use std::time::Duration;
///
/// #[memoize(ttl = "1h")]
/// fn answer() -> u32 {
///     42
/// }
///
/// answer();
/// assert_eq!(answer_cache_get(), Some(42));
/// testing::advance(Duration::from_secs(3601));
/// assert_eq!(answer_cache_get(), None);
/// ```
pub fn advance(by: Duration) {
    clock::advance(by);
}

/// Runs `f`, in which each memoized function that this thread calls is its body: no look-up, no store,
/// no count; nested calls too. Of the helpers `get` finds nothing, `insert` and `remove` do nothing,
/// `refresh` runs the body; those that speak of the cache itself (`f_cache()`, `f_cache_info()`, …) do so
/// as ever. Other threads have their caches. Of an async function it holds while this thread polls it in `f`.
///
/// ```
/// use memofn::{memoize, testing};
/// use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
///
/// static RUNS: AtomicU32 = AtomicU32::new(0);
///
/// #[memoize]
/// fn square(n: u64) -> u64 {
///     RUNS.fetch_add(1, Relaxed);
///     n * n
/// }
///
/// square(3);
/// assert_eq!(testing::disabled(|| square(3) + square(3)), 18);
/// assert_eq!(RUNS.load(Relaxed), 3);
/// assert_eq!(square_cache_info().misses, 1);
/// ```
pub fn disabled<R>(f: impl FnOnce() -> R) -> R {
    isolation::disabled(f)
}

/// Runs `f`, in which all memoized functions have caches of their own for this thread: empty at first,
/// with their own statistics, seen by nobody else. So tests that run side by side need not care for each
/// other's results, nor for those of earlier ones. In `f` everything speaks of these: the helpers, and
/// [`caches`](crate::caches), which lists those used in it. After it, and if it panics, the thread has the
/// former ones again, untouched. Threads that `f` starts have the usual ones.
///
/// May be nested, also with [`disabled`]: the innermost counts. What is stored leaves at the end; `on_evict`
/// isn't told of that. A cache that was got by `f_cache()` is not to be used after `f`: later
/// isolations have it.
///
/// ```
/// use memofn::{memoize, testing};
///
/// #[memoize]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// square(3);
/// testing::isolated(|| {
///     assert_eq!(square_cache_get(3), None);
///     square(4);
///     square(4);
///     assert_eq!((square_cache_info().hits, square_cache_info().len), (1, 1));
/// });
/// assert_eq!((square_cache_get(3), square_cache_get(4)), (Some(9), None));
/// ```
pub fn isolated<R>(f: impl FnOnce() -> R) -> R {
    isolation::isolated(f)
}
