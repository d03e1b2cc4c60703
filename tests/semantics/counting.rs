//! What the statistics count, and how they print.

use crate::hits_misses_len;
use memofn::{Cache, CacheInfo, memoize};
use std::panic;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

#[memoize]
fn helped(n: u32) -> u32 {
    n
}

#[test]
fn helpers_count_nothing() {
    helped_cache_get(1);
    helped_cache_insert(1, 10);
    helped_cache_get(1);
    helped_uncached(1);
    helped_cache_refresh(1);
    helped_cache_refresh(2);
    helped_cache_remove(1);
    helped_cache_remove(9);
    let info = helped_cache_info();
    assert_eq!(hits_misses_len(info), (0, 0, 1));
    assert_eq!(
        (
            info.evictions,
            info.expirations,
            info.errors,
            info.coalesced
        ),
        (0, 0, 0, 0)
    );
}

#[memoize]
fn odd_panics(n: u32) -> u32 {
    assert!(n % 2 == 0, "odd");
    n
}

#[test]
fn a_panicking_call_is_a_miss() {
    for n in [0, 1, 0, 1, 2] {
        let _ = panic::catch_unwind(|| odd_panics(n));
    }
    assert_eq!(hits_misses_len(odd_panics_cache_info()), (1, 4, 2));
    // The same is not counted when it isn't a call.
    assert!(panic::catch_unwind(|| odd_panics_uncached(1)).is_err());
    assert!(panic::catch_unwind(|| odd_panics_cache_refresh(1)).is_err());
    assert_eq!(hits_misses_len(odd_panics_cache_info()), (1, 4, 2));
}

#[memoize]
fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[test]
fn errors_are_counted_and_not_stored() {
    for text in ["1", "x", "x", "1", "y"] {
        let _ = parse(text);
    }
    let info = parse_cache_info();
    assert_eq!(hits_misses_len(info), (1, 4, 1));
    assert_eq!(info.errors, 3);
    parse_cache_clear();
    assert_eq!(parse_cache_info().errors, 0);
}

#[memoize(cache_err)]
fn parse_once(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| text.to_owned())
}

#[test]
fn a_stored_error_is_a_hit_and_counts_once() {
    for _ in 0..3 {
        assert_eq!(parse_once("x"), Err(String::from("x")));
    }
    let info = parse_once_cache_info();
    assert_eq!(hits_misses_len(info), (2, 1, 1));
    assert_eq!(info.errors, 1);
}

/// An error type that can't be cloned is no obstacle.
#[memoize]
fn open(name: &str) -> std::io::Result<usize> {
    if name.is_empty() {
        return Err(std::io::Error::other("no name"));
    }
    Ok(name.len())
}

#[test]
fn results_are_recognised_behind_aliases() {
    for name in ["", "a", "", "a"] {
        assert_eq!(open(name).ok(), (!name.is_empty()).then_some(1));
    }
    assert_eq!(hits_misses_len(open_cache_info()), (1, 3, 1));
    assert_eq!(open_cache_info().errors, 2);
}

#[memoize]
fn slow(n: u32) -> u32 {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1) {}
    n
}

#[test]
fn compute_time_grows_on_misses_only() {
    assert!(slow_cache_info().compute_time.is_zero());
    slow(1);
    let once = slow_cache_info().compute_time;
    assert!(!once.is_zero());
    for _ in 0..100 {
        slow(1);
    }
    slow_cache_get(1);
    assert_eq!(slow_cache_info().compute_time, once);
    slow(2);
    assert!(slow_cache_info().compute_time > once);
}

static COMPUTE_INNER: AtomicBool = AtomicBool::new(true);
static ANSWERS: AtomicU32 = AtomicU32::new(0);

/// The first call makes another with the same argument.
#[memoize]
fn recursive(n: u32) -> u32 {
    if COMPUTE_INNER.swap(false, Relaxed) {
        recursive(n);
    }
    ANSWERS.fetch_add(1, Relaxed)
}

#[test]
fn a_call_within_a_call_is_another_miss_and_its_entry_stays() {
    // The inner call answers 0 and stores it, the outer one answers 1.
    assert_eq!(recursive(7), 1);
    assert_eq!(recursive(7), 0);
    assert_eq!(hits_misses_len(recursive_cache_info()), (1, 2, 1));
}

#[memoize]
fn fib(n: u32) -> u64 {
    if n < 2 {
        u64::from(n)
    } else {
        fib(n - 1) + fib(n - 2)
    }
}

#[memoize(capacity = 2)]
fn fib_by_two(n: u32) -> u64 {
    if n < 2 {
        u64::from(n)
    } else {
        fib_by_two(n - 1) + fib_by_two(n - 2)
    }
}

/// The numbers are those of `functools.cache` and `lru_cache(maxsize=2)`.
#[test]
fn recursion_counts_as_in_python() {
    assert_eq!(fib(15), 610);
    assert_eq!(hits_misses_len(fib_cache_info()), (13, 16, 16));
    assert_eq!(fib(16), 987);
    assert_eq!(hits_misses_len(fib_cache_info()), (15, 17, 17));
    assert_eq!(fib_by_two(36), 14_930_352);
    assert_eq!(
        hits_misses_len(fib_by_two_cache_info()),
        (59_863, 287_964, 2)
    );
}

#[test]
fn hit_ratio_is_the_share_of_hits() {
    let cache: Cache<u32, u32> = Cache::new(10);
    assert_eq!(cache.info().hit_ratio(), 0.0);
    assert_eq!(cache.get(&1), None);
    assert_eq!(cache.info().hit_ratio(), 0.0);
    cache.insert(1, 1);
    assert_eq!(cache.get(&1), Some(1));
    assert_eq!(cache.info().hit_ratio(), 0.5);
    assert_eq!([cache.get(&1), cache.get(&1)], [Some(1); 2]);
    assert_eq!(cache.info().hit_ratio(), 0.75);
}

#[test]
fn info_prints_the_four_numbers_and_what_else_is_not_zero() {
    let cache: Cache<u32, u32> = Cache::new(2);
    assert_eq!(cache.info().to_string(), "hits=0 misses=0 capacity=2 len=0");
    cache.insert(1, 1);
    assert_eq!([1, 2, 3].map(|key| cache.get(&key)), [Some(1), None, None]);
    assert_eq!(cache.info().to_string(), "hits=1 misses=2 capacity=2 len=1");
    cache.insert(2, 2);
    cache.insert(3, 3);
    assert_eq!(
        cache.info().to_string(),
        "hits=1 misses=2 capacity=2 len=2 evictions=1"
    );
    let unbounded: Cache<u32, u32> = Cache::unbounded();
    unbounded.insert(1, 1);
    assert_eq!(
        unbounded.info().to_string(),
        "hits=0 misses=0 capacity=none len=1"
    );
}

#[test]
fn info_prints_compute_time_last() {
    helped_for_display(1);
    let text = helped_for_display_cache_info().to_string();
    assert!(
        text.starts_with("hits=0 misses=1 capacity=none len=1 compute_time="),
        "{text}"
    );
}

#[memoize]
fn helped_for_display(n: u32) -> u32 {
    slow_uncached(n)
}

/// A `Copy` snapshot: later calls don't change it.
#[test]
fn info_is_a_snapshot() {
    let cache: Cache<u32, u32> = Cache::new(2);
    let before: CacheInfo = cache.info();
    let copy = before;
    cache.insert(1, 1);
    assert_eq!(before, copy);
    assert_ne!(before, cache.info());
    assert!(format!("{before:?}").contains("misses: 0"));
}
