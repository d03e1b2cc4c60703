//! The one source of time: nanoseconds on the monotonic clock.
//!
//! Everything that ages (`ttl`, `tti`) reads it; nothing reads the wall clock, so setting the system
//! time neither expires nor revives an entry; only stores do, which several machines share. With the feature `test-util` a process-wide offset is
//! added, which [`advance`] moves: tests of expiry need no sleep.
//!
//! Reading the clock costs several hits. Where all lifetimes of a cache are a second or more, hits read
//! the kernel's coarse clock, which shows the time of its last step (1 to 10 ms) and is cheaper. It
//! may be late, so it decides only for entries whose end is farther away than [`MARGIN`]; in the last
//! tenth of a second of its life an entry's hits read the precise clock. A `tti` begins anew at the
//! time of the last step, so it may be over early by a step. Shorter lifetimes, and systems that
//! aren't Linux, have the precise clock only.

use crate::trusted;
#[cfg(feature = "test-util")]
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Nanoseconds on the monotonic clock.
pub(crate) type Nanos = u64;

/// Later than any time the clock will show (584 years).
pub(crate) const NEVER: Nanos = Nanos::MAX;

/// How far behind a coarse clock may be: many steps, should the kernel be late with one.
const MARGIN: Nanos = 100_000_000;
/// The longest step of a coarse clock that is used.
const LONGEST_STEP: Nanos = 10_000_000;
/// The shortest lifetime for which it is.
const SHORTEST_LIFETIME: Nanos = 100 * LONGEST_STEP;

#[cfg(feature = "test-util")]
static ADVANCED: AtomicU64 = AtomicU64::new(0);

/// The present, wherever tests have moved it.
pub(crate) fn real() -> Nanos {
    trusted::monotonic().unwrap_or_else(|| {
        static START: once_cell::sync::Lazy<std::time::Instant> =
            once_cell::sync::Lazy::new(std::time::Instant::now);
        nanos(START.elapsed())
    })
}

#[inline]
fn shifted(real: Nanos) -> Nanos {
    #[cfg(feature = "test-util")]
    let real = real.saturating_add(ADVANCED.load(Ordering::Relaxed));
    real
}

/// The present.
#[inline]
pub(crate) fn now() -> Nanos {
    shifted(real())
}

/// Milliseconds since 1970, for what several machines have to agree on.
#[cfg(feature = "store")]
pub(crate) fn wall_millis() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    shifted(since.map_or(0, nanos)) / 1_000_000
}

/// The clock that hits read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Nothing expires: nobody needs to know the time.
    None,
    Precise,
    Coarse,
}

impl Clock {
    /// The cheapest that is good enough for this lifetime, the shortest of a cache.
    pub(crate) fn for_lifetime(lifetime: Nanos) -> Self {
        match trusted::coarse_step() {
            Some(step) if step <= LONGEST_STEP && lifetime >= SHORTEST_LIFETIME => Self::Coarse,
            _ => Self::Precise,
        }
    }

    /// The present, or what it was a little earlier.
    #[inline]
    pub(crate) fn read(self) -> Nanos {
        match self {
            Self::None => 0,
            Self::Precise => now(),
            Self::Coarse => match trusted::monotonic_coarse() {
                Some(time) => shifted(time),
                None => now(),
            },
        }
    }

    /// How much earlier, at most.
    #[inline]
    pub(crate) fn margin(self) -> Nanos {
        match self {
            Self::None | Self::Precise => 0,
            Self::Coarse => MARGIN,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lifetimes_read_the_precise_clock() {
        assert_eq!(
            Clock::for_lifetime(nanos(Duration::from_millis(50))),
            Clock::Precise
        );
    }

    #[test]
    fn the_coarse_clock_is_never_ahead() {
        let clock = Clock::for_lifetime(nanos(Duration::from_secs(3600)));
        let mut last = 0;
        for _ in 0..100_000 {
            let read = clock.read();
            assert!((last..=now()).contains(&read));
            last = read;
        }
    }
}
