//! What the policies with an order share: the entry with the smallest priority leaves. Each of them
//! is a priority, and what a hit has to write for it.

use super::{Evict, Touch};
use crate::arena::{EntryId, Slots};
use crate::queue::{LazyQueue, Priority};

/// A policy that is an order.
pub(super) trait Order: Priority {
    const TOUCH: Touch;
}

pub(super) struct Ordered<P: Priority>(LazyQueue<P>);

impl<P: Order> Ordered<P> {
    pub(super) fn new() -> Self {
        Self(LazyQueue::new())
    }
}

impl<P: Order> Evict for Ordered<P> {
    fn touch(&self) -> Touch {
        P::TOUCH
    }

    fn admit(&mut self, id: EntryId, slots: &Slots) {
        self.0.push(id, slots);
    }

    fn victim(&mut self, slots: &Slots) -> Option<EntryId> {
        self.0.peek_if(slots, |_| true)
    }

    fn forget(&mut self, id: EntryId, slots: &Slots) {
        self.0.forget(id, slots);
    }
}
