//! The entry stored first leaves, used or not. A replaced value counts as stored anew.

use super::Touch;
use super::ordered::Order;
use crate::arena::Meta;
use crate::queue::Priority;

pub(super) struct Fifo;

impl Priority for Fifo {
    type Value = ();
    fn of(_: Meta<'_>) {}
    fn moved(_: Meta<'_>) -> bool {
        false
    }
}

impl Order for Fifo {
    const TOUCH: Touch = Touch::Nothing;
}
