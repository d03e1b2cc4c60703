//! The least frequently used entry leaves, among those the least recently used. Counts live as long
//! as their key is stored and are never halved: the plain LFU of the textbooks. (Ageing, and a memory
//! of what has left, are what other policies add to it.)

use super::Evict;
use super::ordered::Ordered;
use crate::entry::Touch;
use std::sync::atomic::Ordering::Relaxed;

pub(super) fn lfu() -> impl Evict {
    Ordered::new(Touch::Count, |header| {
        let words = &header.words;
        (words.count.load(Relaxed), words.stamp.load(Relaxed))
    })
}
