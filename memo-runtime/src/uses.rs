//! How often an entry was used, and whose it is, in its word: the lowest byte counts uses, up to as many
//! as the policy tells apart; the other 56 bits are the key's hash, by which a policy knows a key
//! again that has left.
//!
//! A hit that finds the count at its bound writes nothing: a hot key settles into no writes at all.
//! Look and write are two steps, so of hits at the same moment some may not be counted, and a hit may
//! take back what a policy wrote meanwhile: a use more or less, never another hash.

use crate::sync::{AtomicU64, Ordering::Relaxed};

/// The bits that count.
const COUNT: u64 = u8::MAX as u64;

/// The word of a new entry whose key was used so often already.
#[inline]
pub(crate) fn word(hash: u64, uses: u8) -> u64 {
    hash & !COUNT | u64::from(uses)
}

/// The uses in a word.
#[inline]
pub(crate) fn count(word: &AtomicU64) -> u8 {
    (word.load(Relaxed) & COUNT) as u8
}

/// The hash in a word: its lowest byte is 0.
#[inline]
pub(crate) fn hash(word: &AtomicU64) -> u64 {
    word.load(Relaxed) & !COUNT
}

/// A policy's part: so many uses from here on.
#[inline]
pub(crate) fn set(word: &AtomicU64, uses: u8) {
    word.store(hash(word) | u64::from(uses), Relaxed);
}

/// A hit.
#[inline]
pub(crate) fn touch(word: &AtomicU64, most: u8) {
    let seen = word.load(Relaxed);
    if seen & COUNT < u64::from(most) {
        word.store(seen + 1, Relaxed);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn hits_count_up_to_the_bound_and_leave_the_hash() {
        let cell = AtomicU64::new(word(u64::MAX, 0));
        for hits in 1..=600 {
            touch(&cell, 255);
            assert_eq!(u64::from(count(&cell)), COUNT.min(hits));
            assert_eq!(hash(&cell), !COUNT);
        }
        set(&cell, 2);
        touch(&cell, 3);
        touch(&cell, 3);
        assert_eq!((count(&cell), hash(&cell)), (3, !COUNT));
    }
}
