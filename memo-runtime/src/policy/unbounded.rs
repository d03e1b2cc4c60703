//! No bound, no order: nothing ever leaves to make room.
//!
//! A cache of this policy that is given a capacity later (`set_capacity`) is handed over to `fifo`:
//! the order of storing is the only one that was kept.

use super::Evict;
use crate::arena::{EntryId, Slots};

pub(super) struct Unbounded;

impl Evict for Unbounded {
    fn admit(&mut self, _: EntryId, _: &Slots) {}

    fn victim(&mut self, _: &Slots) -> Option<EntryId> {
        None
    }

    fn forget(&mut self, _: EntryId, _: &Slots) {}
}
