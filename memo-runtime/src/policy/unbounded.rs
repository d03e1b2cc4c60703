//! No bound, no order: nothing ever leaves to make room.
//!
//! A cache of this policy that is given a capacity later (`set_capacity`) is handed over to `fifo`:
//! the order of storing is the only one that was kept.

use super::Evict;
use crate::entry::{Entries, EntryId};

pub(super) struct Unbounded;

impl Evict for Unbounded {
    fn admit(&mut self, _: EntryId, _: &dyn Entries) {}

    fn victim(&mut self, _: &dyn Entries) -> Option<EntryId> {
        None
    }

    fn forget(&mut self, _: EntryId, _: &dyn Entries) {}
}
