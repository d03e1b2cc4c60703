//! When an operation has to be over.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// When an operation has to be over. Most wait for nothing, and then nobody looks at the clock.
pub(super) struct Deadline {
    time: Duration,
    instant: Cell<Option<Instant>>,
}

impl Deadline {
    pub(super) fn within(time: Duration) -> Self {
        Self {
            time,
            instant: Cell::new(None),
        }
    }

    /// Counted from when this is first asked.
    pub(super) fn instant(&self) -> Instant {
        let instant = self.instant.get();
        let instant = instant.unwrap_or_else(|| Instant::now() + self.time);
        self.instant.set(Some(instant));
        instant
    }

    /// Half way to it from now.
    pub(super) fn half(&self) -> Instant {
        let instant = self.instant();
        instant - instant.saturating_duration_since(Instant::now()) / 2
    }
}
