//! What may not be stored: refused by `cache_if`, too heavy, an `Err`.

use crate::hits_misses_len;
use memofn::{Cache, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

#[memoize(cache_if = |value: &u32| value % 2 == 0)]
fn even_only(n: u32) -> u32 {
    n
}

#[test]
fn cache_if_decides_what_is_stored() {
    for n in [1, 2, 1, 2, 3] {
        assert_eq!(even_only(n), n);
    }
    assert_eq!(hits_misses_len(even_only_cache_info()), (1, 4, 1));
    assert_eq!(even_only_cache_get(1), None);
    assert_eq!(even_only_cache_get(2), Some(2));
}

#[memoize(cache_if = |value: &u32| value % 2 == 0)]
fn even_inserted(n: u32) -> u32 {
    n
}

#[test]
fn a_refused_insert_takes_the_old_entry_away() {
    assert_eq!(even_inserted_cache_insert(1, 3), None);
    assert_eq!(even_inserted_cache_get(1), None);
    assert_eq!(even_inserted_cache_insert(1, 4), None);
    assert_eq!(even_inserted_cache_get(1), Some(4));
    assert_eq!(
        even_inserted_cache_insert(1, 5),
        Some(4),
        "the old value leaves"
    );
    assert_eq!(even_inserted_cache_get(1), None);
    let info = even_inserted_cache_info();
    assert_eq!((info.len, info.evictions), (0, 0));
}

static NEXT: AtomicU32 = AtomicU32::new(0);

#[memoize(cache_if = |value: &u32| value % 2 == 0)]
fn even_refreshed(n: u32) -> u32 {
    n + NEXT.load(Relaxed)
}

#[test]
fn a_refused_refresh_keeps_the_old_entry() {
    assert_eq!(even_refreshed(10), 10);
    NEXT.store(1, Relaxed);
    assert_eq!(even_refreshed_cache_refresh(10), 11);
    assert_eq!(even_refreshed_cache_get(10), Some(10));
    assert_eq!(even_refreshed(10), 10);
    NEXT.store(2, Relaxed);
    assert_eq!(even_refreshed_cache_refresh(10), 12);
    assert_eq!(even_refreshed(10), 12);
    // Where nothing was, nothing is.
    NEXT.store(1, Relaxed);
    assert_eq!(even_refreshed_cache_refresh(20), 21);
    assert_eq!(even_refreshed_cache_get(20), None);
}

#[memoize(max_weight = 100, weight = |_: &u32, value: &String| value.len() as u64)]
fn text(n: u32) -> String {
    "x".repeat(n as usize)
}

#[test]
fn what_is_too_heavy_is_returned_and_not_stored() {
    assert_eq!(text(60).len(), 60);
    assert_eq!(text(101).len(), 101);
    assert_eq!(text(101).len(), 101);
    let info = text_cache_info();
    assert_eq!(
        (info.misses, info.len, info.weight, info.evictions),
        (3, 1, 60, 0)
    );
    assert_eq!(info.max_weight, Some(100));
    // Exactly as heavy as allowed fits.
    assert_eq!(text(100).len(), 100);
    let info = text_cache_info();
    assert_eq!((info.len, info.weight, info.evictions), (1, 100, 1));
    assert_eq!(
        text_cache_insert(100, "y".repeat(101)),
        Some("x".repeat(100))
    );
    assert_eq!(text_cache_get(100), None);
    assert_eq!(text_cache_info().weight, 0);
}

static LENGTH: AtomicU32 = AtomicU32::new(50);

#[memoize(max_weight = 100, weight = |_: &u8, value: &String| value.len() as u64)]
fn growing(_n: u8) -> String {
    "x".repeat(LENGTH.load(Relaxed) as usize)
}

#[test]
fn a_refresh_that_became_too_heavy_keeps_the_old_entry() {
    assert_eq!(growing(1).len(), 50);
    LENGTH.store(101, Relaxed);
    assert_eq!(growing_cache_refresh(1).len(), 101);
    assert_eq!(growing(1).len(), 50);
    // One that needs the room of the entry it replaces evicts nobody for it.
    growing_cache_insert(2, "y".repeat(20));
    LENGTH.store(80, Relaxed);
    assert_eq!(growing_cache_refresh(1).len(), 80);
    let info = growing_cache_info();
    assert_eq!((info.len, info.weight, info.evictions), (2, 100, 0));
}

static FAILS: AtomicU32 = AtomicU32::new(0);

#[memoize]
fn fallible(n: u32) -> Result<u32, String> {
    match FAILS.load(Relaxed) {
        0 => Ok(n),
        code => Err(format!("{n}: {code}")),
    }
}

#[test]
fn an_error_is_no_value() {
    assert_eq!(fallible(1), Ok(1));
    assert_eq!(fallible_cache_get(1), Some(Ok(1)));
    FAILS.store(1, Relaxed);
    assert_eq!(fallible(1), Ok(1));
    assert_eq!(fallible(2), Err(String::from("2: 1")));
    assert_eq!(fallible_cache_get(2), None);
    // A refresh that fails keeps the old entry.
    assert_eq!(fallible_cache_refresh(1), Err(String::from("1: 1")));
    assert_eq!(fallible_cache_get(1), Some(Ok(1)));
    // An insert of an error takes it away.
    assert_eq!(fallible_cache_insert(1, Ok(7)), Some(Ok(1)));
    assert_eq!(
        fallible_cache_insert(1, Err(String::from("no"))),
        Some(Ok(7))
    );
    assert_eq!(fallible_cache_get(1), None);
    assert_eq!(fallible_cache_insert(1, Ok(8)), None);
    assert_eq!(fallible(1), Ok(8));
}

/// `cache_if` is asked only for what would be stored.
fn small(result: &Result<u32, String>) -> bool {
    *result.as_ref().expect("no errors are shown") < 10
}

#[memoize(cache_if = small)]
fn small_only(n: u32) -> Result<u32, String> {
    if n == 5 {
        Err(String::from("five"))
    } else {
        Ok(n)
    }
}

#[test]
fn cache_if_sees_no_error_that_is_not_stored() {
    for n in [1, 5, 10, 1, 5, 10] {
        assert_eq!(small_only(n).is_err(), n == 5);
    }
    assert_eq!(hits_misses_len(small_only_cache_info()), (1, 5, 1));
}

#[memoize(cache_err, cache_if = |result: &Result<u32, String>| result != &Err(String::from("no")))]
fn errors_too(n: u32) -> Result<u32, String> {
    match n {
        0 => Err(String::from("no")),
        1 => Err(String::from("never")),
        n => Ok(n),
    }
}

#[test]
fn cache_if_sees_errors_that_are_stored() {
    for n in [0, 1, 2, 0, 1, 2] {
        let _ = errors_too(n);
    }
    assert_eq!(hits_misses_len(errors_too_cache_info()), (2, 4, 2));
    assert_eq!(errors_too_cache_get(1), Some(Err(String::from("never"))));
}

#[memoize(capacity = 0)]
fn nowhere(n: u32) -> u32 {
    n
}

#[test]
fn capacity_zero_stores_nothing_and_counts() {
    for _ in 0..3 {
        assert_eq!(nowhere(1), 1);
    }
    assert_eq!(nowhere_cache_insert(1, 5), None);
    assert_eq!(nowhere_cache_refresh(1), 1);
    assert_eq!(nowhere_cache_get(1), None);
    assert_eq!(nowhere_cache_remove(1), None);
    let info = nowhere_cache_info();
    assert_eq!(hits_misses_len(info), (0, 3, 0));
    assert_eq!((info.capacity, info.evictions), (Some(0), 0));
}

#[test]
fn all_this_holds_for_a_cache_by_hand() {
    let cache = Cache::builder()
        .capacity(10)
        .max_weight(100)
        .weight(|_: &u32, value: &u64| *value)
        .cache_if(|value: &u64| value % 2 == 0)
        .build();
    assert_eq!(cache.get_or_insert_with(&1, || 3), 3);
    assert_eq!(cache.get_or_insert_with(&1, || 102), 102);
    assert_eq!(cache.insert(1, 5), None);
    assert_eq!(cache.insert(1, 104), None);
    assert!(cache.is_empty());
    assert_eq!(cache.insert(1, 60), None);
    assert_eq!(cache.insert(2, 30), None);
    // The heavier of the two replaces itself: the other one need not leave.
    assert_eq!(cache.insert(1, 70), Some(60));
    assert_eq!((cache.len(), cache.info().weight), (2, 100));
    assert_eq!(cache.insert(1, 102), Some(70));
    assert_eq!(cache.insert(2, 31), Some(30));
    assert_eq!(
        (cache.len(), cache.info().weight, cache.info().evictions),
        (0, 0, 0)
    );
}
