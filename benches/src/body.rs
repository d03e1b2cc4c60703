//! What the memoized functions compute: next to nothing, and it is counted.
//!
//! The count tells a work that claims to measure hits from one in which a peer evicted or refused
//! keys. It is kept per thread, so that counting costs the same on any number of threads.

use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
}

/// How often a body has run in this thread.
pub(crate) fn runs() -> u64 {
    RUNS.get()
}

/// The body for `u64` values.
pub(crate) fn number(key: u64) -> u64 {
    RUNS.set(RUNS.get() + 1);
    key.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The body for `String` values, 21 bytes each.
pub(crate) fn text(key: u64) -> String {
    RUNS.set(RUNS.get() + 1);
    format!("value number {key:08}")
}

/// The body for `Arc<str>` values.
pub(crate) fn shared(key: u64) -> Arc<str> {
    text(key).into()
}

/// The body for `&str` keys.
pub(crate) fn length(key: &str) -> u64 {
    number(key.len() as u64)
}
