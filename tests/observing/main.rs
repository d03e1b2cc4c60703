//! What caches tell `metrics` and `tracing`, with the features of these names.

mod events;
mod figures;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time moves the clock, or publishes: who does while another is at it leaves it to that one.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
