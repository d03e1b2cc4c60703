//! What a cache counts under its lock; hits are counted by threads (`scope.rs`).

use std::time::Duration;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) misses: u64,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
    pub(crate) errors: u64,
    /// Nanoseconds in bodies that returned.
    pub(crate) computing: u64,
}

impl Stats {
    pub(crate) fn compute_time(&self) -> Duration {
        Duration::from_nanos(self.computing)
    }
}
