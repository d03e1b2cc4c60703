//! Order and bounds, through the attribute.

use memofn::{Cause, memoize};
use std::cell::RefCell;

thread_local! {
    static LEFT: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
    static SEEN: RefCell<Vec<(usize, u64)>> = const { RefCell::new(Vec::new()) };
}

fn left(key: &u32, _: &u32, cause: Cause) {
    if cause == Cause::Evicted {
        LEFT.with_borrow_mut(|left| left.push(*key));
    }
    let info = sized_cache_info();
    SEEN.with_borrow_mut(|seen| seen.push((info.len, info.weight)));
}

#[memoize(policy = "size", max_weight = 10, capacity = 4, weight = |_: &u32, weight: &u32| u64::from(*weight), on_evict = left)]
fn sized(n: u32) -> u32 {
    n % 100
}

/// The largest leaves, of those the oldest, never the one just stored; both bounds hold all the time.
#[test]
fn by_size_the_largest_leaves_of_those_the_oldest() {
    // The weight of a key is what it is modulo 100.
    for n in [103, 203, 2, 1] {
        sized(n);
    }
    assert_eq!((sized_cache_info().len, sized_cache_info().weight), (4, 9));
    // A hit protects from nothing.
    sized(103);
    assert_eq!(sized(1002), 2);
    assert_eq!(LEFT.take(), [103]);
    // It is itself the largest, and stays: it takes two others.
    assert_eq!(sized(9), 9);
    assert_eq!(LEFT.take(), [203, 2, 1002]);
    assert_eq!((sized_cache_info().len, sized_cache_info().weight), (2, 10));
    // What can never fit is given and not stored, and nothing leaves for it.
    assert_eq!(sized(11), 11);
    assert_eq!((LEFT.take(), sized_cache_info().len), (vec![], 2));
    // A weight of zero takes a place all the same.
    for n in [100, 200, 300] {
        sized(n);
    }
    assert_eq!(LEFT.take(), [9]);
    for (len, weight) in SEEN.take() {
        assert!(len <= 4 && weight <= 10, "{len} {weight}");
    }
    // In place of another: its own old entry makes room first.
    assert_eq!(sized_cache_insert(100, 9), Some(0));
    assert_eq!(LEFT.take(), Vec::<u32>::new());
    assert_eq!(sized_cache_insert(100, 10), Some(9));
    assert_eq!(LEFT.take(), [1]);
    assert_eq!(sized_cache_insert(100, 11), Some(10));
    assert_eq!(sized_cache_get(100), None);
}

#[memoize(policy = "lfu", capacity = 3)]
fn frequent(n: u32) -> u32 {
    n
}

#[test]
fn by_use_the_least_used_leaves_of_those_the_least_recently_used() {
    let stored = || {
        let mut keys: Vec<_> = frequent_cache().keys().collect();
        keys.sort_unstable();
        keys
    };
    for n in [1, 2, 3, 1, 2, 3, 3, 2] {
        frequent(n);
    }
    // 1: one use after it was stored; 2 and 3: two, 2 the later.
    frequent(4);
    assert_eq!(stored(), [2, 3, 4]);
    frequent(5);
    assert_eq!(stored(), [2, 3, 5]);
    for _ in 0..3 {
        frequent(5);
    }
    frequent(6);
    assert_eq!(stored(), [2, 5, 6]);
    // A look that leaves no trace is no use.
    for _ in 0..9 {
        frequent_cache_get(6);
        assert_eq!(frequent_cache().peek(&6), Some(6));
        assert!(frequent_cache().contains_key(&6));
        frequent_cache().iter().count();
    }
    frequent(7);
    assert_eq!(stored(), [2, 5, 7]);
}

#[memoize(policy = "fifo", capacity = 2)]
fn first(n: u32) -> u32 {
    n
}

#[memoize(capacity = 2)]
fn recent(n: u32) -> u32 {
    n
}

#[test]
fn lru_and_fifo_through_every_helper() {
    for n in [1, 2, 1, 1] {
        first(n);
        recent(n);
    }
    recent_cache_get(2);
    first(3);
    recent(3);
    assert_eq!((first_cache_get(1), first_cache_get(2)), (None, Some(2)));
    assert_eq!((recent_cache_get(1), recent_cache_get(2)), (Some(1), None));
    // A hit by hand is a use.
    assert_eq!(recent_cache().get(&1), Some(1));
    recent(4);
    assert_eq!((recent_cache_get(1), recent_cache_get(3)), (Some(1), None));
    // So is storing.
    recent_cache_insert(1, 1);
    recent_cache_refresh(4);
    recent(5);
    assert_eq!((recent_cache_get(1), recent_cache_get(4)), (None, Some(4)));
    recent_cache().set_capacity(1);
    assert_eq!((recent_cache_get(4), recent_cache_get(5)), (None, Some(5)));
    recent_cache().set_capacity(0);
    assert_eq!((recent(5), recent_cache_info().len), (5, 0));
    recent_cache().set_capacity(1);
    assert_eq!((recent(5), recent_cache_info().len), (5, 1));
    assert_eq!(recent_cache_parameters().capacity, Some(1));
}
