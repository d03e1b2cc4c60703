//! The one source of time: nanoseconds on the monotonic clock since the process first asked.
//!
//! Everything that ages (`ttl`, `tti`) reads [`now`]; nothing reads the wall clock, so setting the
//! system time neither expires nor revives an entry. With the feature `test-util` a process-wide
//! offset is added, which [`advance`] moves: tests of expiry need no sleep.

use once_cell::sync::Lazy;
#[cfg(feature = "test-util")]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Nanoseconds on the process's monotonic clock.
pub(crate) type Nanos = u64;

/// Later than any time the clock will show (584 years).
pub(crate) const NEVER: Nanos = Nanos::MAX;

static START: Lazy<Instant> = Lazy::new(Instant::now);

#[cfg(feature = "test-util")]
static ADVANCED: AtomicU64 = AtomicU64::new(0);

/// The present.
pub(crate) fn now() -> Nanos {
    let real = nanos(START.elapsed());
    #[cfg(feature = "test-util")]
    let real = real.saturating_add(ADVANCED.load(Ordering::Relaxed));
    real
}

/// A duration in nanoseconds; what doesn't fit counts as [`NEVER`].
pub(crate) fn nanos(duration: Duration) -> Nanos {
    Nanos::try_from(duration.as_nanos()).unwrap_or(NEVER)
}

/// Moves the clock of the whole process forward.
#[cfg(feature = "test-util")]
pub(crate) fn advance(by: Duration) {
    let later = |advanced: u64| Some(advanced.saturating_add(nanos(by)));
    // Fails only if there is no update.
    let _ = ADVANCED.fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
}
