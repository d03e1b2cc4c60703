//! The least recently used entry leaves: exactly the order of CPython's `functools.lru_cache`, found
//! by stamps instead of a linked list (see `recency.rs`), so that a hit moves nothing.

use super::Touch;
use super::ordered::Order;
use crate::arena::Meta;
use crate::queue::Priority;
use crate::recency::{is_used, stamp};
use crate::sync::Ordering::Relaxed;

pub(super) struct Lru;

impl Priority for Lru {
    type Value = u64;
    fn of(meta: Meta<'_>) -> u64 {
        stamp(meta.header.word.load(Relaxed))
    }
    fn moved(meta: Meta<'_>) -> bool {
        is_used(meta.header.word.load(Relaxed))
    }
}

impl Order for Lru {
    const TOUCH: Touch = Touch::Stamp;
}
