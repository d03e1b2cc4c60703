//! The heaviest entry leaves, among those the one stored first: room for many small results rather
//! than for one large one.

use super::Evict;
use super::ordered::Ordered;
use crate::entry::Touch;
use std::cmp::Reverse;

pub(super) fn size() -> impl Evict {
    Ordered::new(Touch::Nothing, |header| Reverse(header.weight))
}
