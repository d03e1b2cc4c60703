//! What a memoized function and its helpers promise, one promise at a time. (Lifetimes are in
//! `tests/expiry`, eviction orders in `tests/models.rs`, misbehaving user code in `tests/user_code`.)
//!
//! Caches are per function and tests run side by side, so each test has functions of its own.

mod bounds;
mod counting;
mod defaults;
mod dropping;
mod fences;
mod helpers;
mod keys;
mod methods;
mod races;
mod refusals;
mod registry;
mod threads;
mod waiting;
mod weights;

use memofn::CacheInfo;

/// What most tests look at.
fn hits_misses_len(info: CacheInfo) -> (u64, u64, usize) {
    (info.hits, info.misses, info.len)
}
