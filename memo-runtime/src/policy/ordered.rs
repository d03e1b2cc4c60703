//! What the policies with an order share: the entry with the smallest priority leaves. Each of them
//! is a priority, and what a hit has to write for it.

use super::Evict;
use crate::entry::{Entries, EntryId, Header, Touch};
use crate::queue::LazyQueue;

pub(super) struct Ordered<P> {
    touch: Touch,
    queue: LazyQueue<P>,
}

impl<P: Ord + Copy> Ordered<P> {
    /// Equal priorities: the entry stored first.
    pub(super) fn new(touch: Touch, priority: fn(&Header) -> P) -> Self {
        let queue = LazyQueue::new(priority);
        Self { touch, queue }
    }
}

impl<P: Ord + Copy + Send> Evict for Ordered<P> {
    fn touch(&self) -> Touch {
        self.touch
    }

    fn admit(&mut self, id: EntryId, entries: &dyn Entries) {
        self.queue.push(id, entries);
    }

    fn victim(&mut self, entries: &dyn Entries) -> Option<EntryId> {
        self.queue.peek_if(entries, |_| true)
    }

    fn forget(&mut self, _: EntryId, entries: &dyn Entries) {
        self.queue.forget(entries);
    }
}
