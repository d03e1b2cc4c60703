//! Lifetimes, by a clock that the tests move.
//!
//! That clock is the whole process's, so one test at a time runs here. Lifetimes are hours: neither the
//! time a test takes nor the percent by which an entry may expire early can matter.

mod kinds;
mod lifetimes;
mod own;
mod room;

use memofn::CacheInfo;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

static CLOCK: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    CLOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3_600)
}

fn after_hours(number: u64) {
    memofn::testing::advance(hours(number));
}

/// Hits, misses, expirations, entries.
fn counts(info: CacheInfo) -> (u64, u64, u64, usize) {
    (info.hits, info.misses, info.expirations, info.len)
}
