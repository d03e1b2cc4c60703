//! When an operation has to be over.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// When an operation has to be over. Most wait for nothing, and then nobody looks at the clock.
pub(super) struct Deadline {
    time: Duration,
    /// The file may take longer to be opened.
    pub(super) opening: Duration,
    instant: Cell<Option<Instant>>,
}

impl Deadline {
    pub(super) fn within(time: Duration) -> Self {
        Self {
            time,
            opening: time,
            instant: Cell::new(None),
        }
    }

    pub(super) fn opened_within(self, opening: Duration) -> Self {
        Self { opening, ..self }
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
