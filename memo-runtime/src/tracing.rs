//! Events for [`tracing`](https://docs.rs/tracing), with the target `memofn`. With the feature `tracing`.
//!
//! | event | level | fields |
//! |---|---|---|
//! | `entries left` | trace | `cache`; `evicted` and `expired`: how many entries one operation let leave for these causes |
//! | `slow computation` | warn | `cache`; `seconds`: how long the body took, which is as long as [`slow_after`] says or longer |
//! | `refresh in the background` | debug | `cache` |
//! | `the store failed` | warn | `cache`; `error`: what an operation of its store ended in. While the breaker is open there are none |
//!
//! `cache` is the cache's name: that of the function, or what `CacheBuilder::name` says. Events come when
//! no lock is held. Where no subscriber asks for them they cost what `tracing` itself costs.

use crate::clock::{Nanos, nanos};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

static SLOW_AFTER: AtomicU64 = AtomicU64::new(1_000_000_000);

/// From which time on a computation is slow, in the whole process. At first it is a second.
///
/// ```
/// use std::time::Duration;
///
/// memofn::tracing::slow_after(Duration::from_millis(200));
/// ```
pub fn slow_after(threshold: Duration) {
    SLOW_AFTER.store(nanos(threshold), Relaxed);
}

pub(crate) fn is_slow(took: Nanos) -> bool {
    took >= SLOW_AFTER.load(Relaxed)
}
