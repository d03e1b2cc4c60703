//! The options about how long a result holds, by the attribute: which result has which lifetime.

use memofn::{memoize, testing};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

static CALLS: AtomicU32 = AtomicU32::new(0);

/// How many bodies have run since.
fn ran() -> u32 {
    CALLS.swap(0, Relaxed)
}

fn count() {
    CALLS.fetch_add(1, Relaxed);
}

type Answer = Result<u32, String>;

#[memoize(ttl = "100s", err_ttl = "10s")]
fn minus(n: u32) -> Answer {
    count();
    n.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[memoize(none_ttl = "10s")]
fn maybe_minus(n: u32) -> Option<u32> {
    count();
    n.checked_sub(1)
}

#[memoize(ttl = "100s", expires = |value| (*value > 5).then(|| Duration::from_secs(10)))]
fn shorter_above_five(n: u32) -> u32 {
    count();
    n
}

static DOWN: AtomicU32 = AtomicU32::new(0);

#[memoize(ttl = "10s", stale_if_error = "100s")]
fn remote(n: u32) -> std::io::Result<u32> {
    count();
    match DOWN.load(Relaxed) {
        0 => Ok(n),
        _ => Err(std::io::ErrorKind::NotConnected.into()),
    }
}

fn advance(seconds: u64) {
    testing::advance(Duration::from_secs(seconds));
}

/// One test, since the clock is the process's.
#[test]
fn each_result_has_its_lifetime() {
    let both = || (minus(0).is_err(), minus(1) == Ok(0));
    assert_eq!((both(), both(), ran()), ((true, true), (true, true), 2));
    advance(20);
    assert_eq!((both(), ran()), ((true, true), 1));
    advance(100);
    assert_eq!((both(), ran()), ((true, true), 2));

    let both = || (maybe_minus(0), maybe_minus(1));
    assert_eq!(
        (both(), both(), ran()),
        ((None, Some(0)), (None, Some(0)), 2)
    );
    advance(20);
    assert_eq!((both(), ran()), ((None, Some(0)), 1));
    advance(10_000);
    assert_eq!((both(), ran()), ((None, Some(0)), 1));

    let both = || (shorter_above_five(5), shorter_above_five(6));
    assert_eq!((both(), both(), ran()), ((5, 6), (5, 6), 2));
    advance(20);
    assert_eq!((both(), ran()), ((5, 6), 1));
    advance(100);
    assert_eq!((both(), ran()), ((5, 6), 2));

    assert_eq!((remote(1).ok(), ran()), (Some(1), 1));
    DOWN.store(1, Relaxed);
    advance(20);
    // Each call tries again, and is answered with what was.
    assert_eq!(
        (remote(1).ok(), remote(1).ok(), ran()),
        (Some(1), Some(1), 2)
    );
    assert_eq!((remote(2).ok(), ran()), (None, 1));
    assert_eq!(remote_cache_info().errors, 3);
    advance(100);
    assert_eq!((remote(1).ok(), ran()), (None, 1));
    DOWN.store(0, Relaxed);
    assert_eq!(
        (remote(1).ok(), remote(1).ok(), ran()),
        (Some(1), Some(1), 1)
    );
}
