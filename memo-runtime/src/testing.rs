//! For tests: a clock that they drive. With the feature `test-util`.

use crate::clock;
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
