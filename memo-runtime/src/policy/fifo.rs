//! The entry stored first leaves, used or not. A replaced value counts as stored anew.

use super::Evict;
use super::ordered::Ordered;
use crate::entry::Touch;

pub(super) fn fifo() -> impl Evict {
    Ordered::new(Touch::Nothing, |header| header.serial)
}
