//! Arguments made again from a stored key, so that the body can run without a caller: `refresh_after`.
//! What the key owns is lent; what the arguments had on top, a slice of `&str` for a stored
//! `Vec<String>`, is made anew and stands on a shelf as long as the body runs.

use std::array;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Keeps values in place, so that references to all of them can be given out while more are put on.
/// The rows are twice as long each time. `Sync`, since the future of an async function holds on to
/// it; only one thread at a time puts anything on.
pub struct Shelf<T> {
    rows: [OnceLock<Box<[OnceLock<T>]>>; usize::BITS as usize],
    len: AtomicUsize,
}

impl<T> Shelf<T> {
    /// An empty one.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self {
            rows: [const { OnceLock::new() }; usize::BITS as usize],
            len: AtomicUsize::new(0),
        }
    }

    /// Puts a value on.
    pub fn keep(&self, value: T) -> &T {
        let place = self.len.fetch_add(1, Ordering::Relaxed) + 1;
        let row = place.ilog2();
        let cells = self.rows[row as usize]
            .get_or_init(|| (0..1_usize << row).map(|_| OnceLock::new()).collect());
        cells[place - (1 << row)].get_or_init(|| value)
    }
}

/// An array, item by item.
pub fn rebuilt_array<'k, T, U, const N: usize>(
    stored: &'k [T; N],
    mut item: impl FnMut(&'k T) -> U,
) -> [U; N] {
    array::from_fn(|index| item(&stored[index]))
}

/// A list, item by item.
pub fn rebuilt_list<'k, T, U>(stored: &'k [T], item: impl FnMut(&'k T) -> U) -> Vec<U> {
    stored.iter().map(item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_a_shelf_stays_where_it_is() {
        let shelf = Shelf::new();
        let kept: Vec<&String> = (0..1000).map(|n| shelf.keep(n.to_string())).collect();
        for (n, text) in kept.iter().enumerate() {
            assert_eq!(**text, n.to_string());
        }
    }

    #[test]
    fn lists_and_arrays_keep_their_order() {
        let stored = ["a".to_owned(), "b".to_owned()];
        assert_eq!(rebuilt_array(&stored, |text| text.as_str()), ["a", "b"]);
        assert_eq!(rebuilt_list(&stored, |text| text.as_str()), ["a", "b"]);
        assert_eq!(rebuilt_array(&[] as &[u8; 0], |n| *n), []);
    }
}
