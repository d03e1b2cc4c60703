//! One stored result and what is known about it.

use crate::clock::Nanos;
use crate::recency::Recency;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Where an entry stands in the slots of its cache. Reused after the entry has left.
pub(crate) type EntryId = u32;

/// What is known of an entry without its key and value. Never changed once the entry is
/// published, but for the words, which hits touch.
#[derive(Debug)]
pub(crate) struct Header {
    /// The full hash of the key.
    pub(crate) hash: u64,
    /// Counts the entries of a cache in the order they were stored: no two have the same. Tells
    /// an entry from a later one in the same slot.
    pub(crate) serial: u64,
    /// As the weigher said; 0 in a cache without `max_weight`.
    pub(crate) weight: u64,
    /// The `ttl` is over from here on.
    pub(crate) deadline: Nanos,
    /// The words that hits touch.
    pub(crate) words: Words,
}

/// The only part of an entry that a hit writes: relaxed, and read when the next miss needs it.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// When the entry was last used, on the cache's [`Recency`].
    pub(crate) stamp: AtomicU64,
    /// How often the entry was used.
    pub(crate) count: AtomicU64,
    /// When the entry was last used, on the clock.
    pub(crate) used_at: AtomicU64,
}

/// What a hit writes into the entry's words, as the policy wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Nothing: `unbounded`, `fifo`, `random`, `size`.
    Nothing,
    /// The order of use: `lru`.
    Stamp,
    /// How often, and the order of use: `lfu`.
    Count,
}

impl Touch {
    /// A hit.
    #[inline]
    pub(crate) fn apply(self, words: &Words, recency: &Recency) {
        match self {
            Touch::Nothing => {}
            Touch::Stamp => recency.touch(&words.stamp),
            Touch::Count => {
                recency.touch(&words.stamp);
                words.count.fetch_add(1, Relaxed);
            }
        }
    }
}

/// A stored result. Shared, so that it can be compared and cloned without the cache's lock.
#[derive(Debug)]
pub(crate) struct Entry<K, V> {
    pub(crate) header: Header,
    pub(crate) key: K,
    pub(crate) value: V,
}

impl<K, V> Entry<K, V> {
    /// An entry that isn't stored yet: the table fills in the rest of the header.
    pub(crate) fn new(hash: u64, weight: u64, key: K, value: V) -> Arc<Self> {
        let header = Header {
            hash,
            serial: 0,
            weight,
            deadline: 0,
            words: Words::default(),
        };
        Arc::new(Self { header, key, value })
    }
}

/// The entries as policies see them: by id, without key and value.
pub(crate) trait Entries {
    /// The entry in this slot, if there is one.
    fn header(&self, id: EntryId) -> Option<&Header>;
}
