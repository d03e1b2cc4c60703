//! The least recently used entry leaves: exactly the order of CPython's `functools.lru_cache`, found
//! by stamps instead of a linked list (see `recency.rs`), so that a hit moves nothing.

use super::Evict;
use super::ordered::Ordered;
use crate::entry::Touch;
use std::sync::atomic::Ordering::Relaxed;

pub(super) fn lru() -> impl Evict {
    Ordered::new(Touch::Stamp, |header| header.words.stamp.load(Relaxed))
}
