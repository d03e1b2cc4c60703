//! `err_ttl` and `none_ttl`: lifetimes by the kind of the result.

use crate::{after_hours, alone, counts, hours};
use memofn::{CacheInfo, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

static RUNS: AtomicU32 = AtomicU32::new(0);

fn runs() -> u32 {
    RUNS.swap(0, Relaxed)
}

fn half(n: u32) -> Result<u32, String> {
    RUNS.fetch_add(1, Relaxed);
    if n % 2 == 0 {
        Ok(n / 2)
    } else {
        Err(format!("{n} is odd"))
    }
}

fn odd() -> Result<u32, String> {
    Err("1 is odd".to_owned())
}

fn errors_and_counts(info: CacheInfo) -> (u64, (u64, u64, u64, usize)) {
    (info.errors, counts(info))
}

#[memoize(err_ttl = "10h")]
fn err_alone(n: u32) -> Result<u32, String> {
    half(n)
}

#[test]
fn an_error_lives_as_long_as_err_ttl_says_and_a_value_for_ever() {
    let _alone = alone();
    runs();
    for _ in 0..3 {
        assert_eq!((err_alone(1), err_alone(2)), (odd(), Ok(1)));
    }
    assert_eq!(errors_and_counts(err_alone_cache_info()), (1, (4, 2, 0, 2)));
    assert_eq!(err_alone_cache_get(1), Some(odd()));
    after_hours(11);
    assert_eq!(err_alone_cache_get(1), None);
    assert_eq!((err_alone(1), err_alone(2)), (odd(), Ok(1)));
    assert_eq!(runs(), 3);
    assert_eq!(errors_and_counts(err_alone_cache_info()), (2, (5, 3, 1, 2)));
    after_hours(10_000);
    assert_eq!(errors_and_counts(err_alone_cache_info()), (2, (5, 3, 2, 1)));
    // By hand, too.
    assert_eq!(err_alone_cache_insert(4, Err("no".into())), None);
    assert_eq!(err_alone(4), Err("no".into()));
    after_hours(11);
    assert_eq!(err_alone(4), Ok(2));
}

#[memoize(err_ttl = "100h", ttl = "10h")]
fn err_longer(n: u32) -> Result<u32, String> {
    half(n)
}

#[memoize(err_ttl = "10h", ttl = "100h", tti = "50h", capacity = 10)]
fn err_shorter(n: u32) -> Result<u32, String> {
    half(n)
}

#[test]
fn it_may_be_longer_or_shorter_than_the_ttl() {
    let _alone = alone();
    for n in [1, 2] {
        assert_eq!(err_longer(n), half(n));
        assert_eq!(err_shorter(n), half(n));
    }
    after_hours(11);
    assert_eq!(
        (err_longer_cache_get(1), err_longer_cache_get(2)),
        (Some(odd()), None)
    );
    assert_eq!(
        (err_shorter_cache_get(1), err_shorter_cache_get(2)),
        (None, Some(Ok(1)))
    );
    after_hours(40);
    assert_eq!(counts(err_shorter_cache_info()), (0, 2, 2, 0));
    after_hours(50);
    assert_eq!(counts(err_longer_cache_info()), (0, 2, 2, 0));
}

#[memoize(none_ttl = "10h", ttl = "100h")]
fn find(n: u32) -> Option<u32> {
    RUNS.fetch_add(1, Relaxed);
    (n > 0).then_some(n)
}

#[test]
fn none_lives_as_long_as_none_ttl_says() {
    let _alone = alone();
    runs();
    for _ in 0..3 {
        assert_eq!((find(0), find(1)), (None, Some(1)));
    }
    after_hours(11);
    assert_eq!(
        (find_cache_get(0), find_cache_get(1)),
        (None, Some(Some(1)))
    );
    for _ in 0..3 {
        assert_eq!((find(0), find(1)), (None, Some(1)));
    }
    assert_eq!(runs(), 3);
    let expected = (9, 3, 1, 2);
    assert_eq!(
        errors_and_counts(find_cache_info()),
        (0, expected),
        "`None` is no error"
    );
}

#[memoize(expires = |value| Some(hours(value.as_ref().map_or(1, |n| u64::from(*n)))), err_ttl = "10h", ttl = "5h")]
fn err_and_expires(n: u32) -> Result<u32, String> {
    half(n)
}

#[memoize(
    expires = |value| match value { Some(n) => Some(hours(u64::from(*n))), None => panic!("asked of `None`") },
    none_ttl = "10h"
)]
fn none_and_expires(n: u32) -> Option<u32> {
    (n > 0).then_some(n)
}

/// `err_ttl` and `none_ttl` go before `expires`, and that before `ttl`.
#[test]
fn the_lifetime_of_the_kind_goes_before_that_of_the_value() {
    let _alone = alone();
    for n in [1, 40] {
        assert_eq!(err_and_expires(n), half(n));
    }
    for n in [0, 20] {
        assert_eq!(none_and_expires(n), (n > 0).then_some(n));
    }
    after_hours(9);
    assert_eq!(
        (
            err_and_expires_cache_info().len,
            none_and_expires_cache_info().len
        ),
        (2, 2)
    );
    after_hours(2);
    assert_eq!(
        (err_and_expires_cache_get(1), none_and_expires_cache_get(0)),
        (None, None)
    );
    after_hours(8);
    assert_eq!(
        (
            err_and_expires_cache_info().len,
            none_and_expires_cache_info().len
        ),
        (1, 1)
    );
    after_hours(2);
    assert_eq!(
        (
            err_and_expires_cache_info().len,
            none_and_expires_cache_info().len
        ),
        (0, 0)
    );
}

fn zero() -> Duration {
    Duration::ZERO
}

#[memoize(err_ttl = zero())]
fn err_zero(n: u32) -> Result<u32, String> {
    half(n)
}

#[memoize(none_ttl = zero())]
fn none_zero(n: u32) -> Option<u32> {
    (n > 0).then_some(n)
}

#[memoize(err_ttl = "10h", ttl = zero())]
fn only_errors(n: u32) -> Result<u32, String> {
    half(n)
}

#[test]
fn a_lifetime_of_zero_at_run_time_stores_nothing_of_its_kind() {
    let _alone = alone();
    for _ in 0..3 {
        assert_eq!((err_zero(1), err_zero(2)), (odd(), Ok(1)));
        assert_eq!((none_zero(0), none_zero(1)), (None, Some(1)));
        assert_eq!((only_errors(1), only_errors(2)), (odd(), Ok(1)));
    }
    assert_eq!(errors_and_counts(err_zero_cache_info()), (3, (2, 4, 0, 1)));
    assert_eq!(counts(none_zero_cache_info()), (2, 4, 0, 1));
    assert_eq!(
        errors_and_counts(only_errors_cache_info()),
        (1, (2, 4, 0, 1))
    );
    // A value of that kind takes the old one away all the same.
    assert_eq!(err_zero_cache_insert(2, odd()), Some(Ok(1)));
    assert_eq!(none_zero_cache_insert(1, None), Some(Some(1)));
    assert_eq!(
        (err_zero_cache_info().len, none_zero_cache_info().len),
        (0, 0)
    );
}

#[memoize(err_ttl = "10h", cache_if = |value| value.is_ok())]
fn refused(n: u32) -> Result<u32, String> {
    half(n)
}

#[memoize(err_ttl = "10h", scope = "thread")]
fn of_this_thread(n: u32) -> Result<std::rc::Rc<u32>, String> {
    half(n).map(std::rc::Rc::new)
}

#[test]
fn with_cache_if_and_in_caches_of_one_thread() {
    let _alone = alone();
    for _ in 0..2 {
        assert_eq!((refused(1), refused(2)), (odd(), Ok(1)));
        assert!(of_this_thread(1).is_err() && of_this_thread(2).is_ok());
    }
    assert_eq!(counts(refused_cache_info()), (1, 3, 0, 1));
    assert_eq!(counts(of_this_thread_cache_info()), (2, 2, 0, 2));
    after_hours(11);
    assert!(of_this_thread(1).is_err() && of_this_thread(2).is_ok());
    assert_eq!(
        errors_and_counts(of_this_thread_cache_info()),
        (2, (3, 3, 1, 2))
    );
}
