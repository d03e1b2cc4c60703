//! The least frequently used entry leaves, among those the least recently used. Counts live as long
//! as their key is stored and are never halved: the plain LFU of the textbooks. (Ageing, and a memory
//! of what has left, are what other policies add to it.)

use super::Touch;
use super::ordered::Order;
use crate::arena::{Column, Meta};
use crate::queue::Priority;
use crate::recency::{is_used, stamp};
use crate::sync::Ordering::Relaxed;

pub(super) struct Lfu;

impl Priority for Lfu {
    type Value = (u64, u64);
    fn of(meta: Meta<'_>) -> (u64, u64) {
        (
            meta.get(Column::Count),
            stamp(meta.header.word.load(Relaxed)),
        )
    }
    fn moved(meta: Meta<'_>) -> bool {
        // A count that was taken over from a replaced value is out of order from the beginning.
        is_used(meta.header.word.load(Relaxed)) || meta.get(Column::Count) > 1
    }
}

impl Order for Lfu {
    const TOUCH: Touch = Touch::More;
}
