//! The heaviest entry leaves, among those the one stored first: room for many small results rather
//! than for one large one.

use super::Touch;
use super::ordered::Order;
use crate::arena::{Column, Meta};
use crate::queue::Priority;
use std::cmp::Reverse;

pub(super) struct Size;

impl Priority for Size {
    type Value = Reverse<u64>;
    fn of(meta: Meta<'_>) -> Reverse<u64> {
        Reverse(meta.get(Column::Weight))
    }
    fn moved(_: Meta<'_>) -> bool {
        false
    }
}

impl Order for Size {
    const TOUCH: Touch = Touch::Nothing;
}
