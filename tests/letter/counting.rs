//! Each call counts once, whatever it is.

use crate::{Gate, alone, counts};
use futures::executor::block_on;
use memofn::{memoize, testing};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

#[memoize(stale_if_error = "1h", ttl = "1h", single_flight = false)]
async fn stale<T: Clone + Send + Sync + std::hash::Hash + Eq + 'static>(
    of: T,
    fails: bool,
) -> Result<u32, String> {
    let _ = of;
    if FAILS.load(SeqCst) == 1 || fails {
        return Err("down".into());
    }
    Ok(1)
}

static FAILS: AtomicU32 = AtomicU32::new(0);

#[test]
fn a_stale_answer_is_a_miss_whose_error_counts() {
    let _alone = alone();
    testing::isolated(|| {
        assert_eq!(block_on(stale(1_u8, false)), Ok(1));
        testing::advance(Duration::from_secs(3700));
        assert_eq!(stale_cache_get(1_u8, false), None);
        assert_eq!(stale_cache::<u8>().iter().count(), 0);
        FAILS.store(1, SeqCst);
        assert_eq!(block_on(stale(1_u8, false)), Ok(1));
        assert_eq!(block_on(stale(1_u8, false)), Ok(1));
        assert_eq!(block_on(stale_cache_refresh(1_u8, false)), Ok(1));
        assert_eq!(stale_cache_get(1_u8, false), None);
        let info = stale_cache_info::<u8>();
        assert_eq!((info.hits, info.misses, info.errors), (0, 3, 2));
        testing::advance(Duration::from_secs(3700));
        assert_eq!(block_on(stale(1_u8, false)), Err("down".into()));
        FAILS.store(0, SeqCst);
    });
}

static SLOW: Gate = Gate::new();

#[memoize(max_wait = "20ms")]
fn slow(n: u32) -> u32 {
    if n < 10 {
        SLOW.pass();
    }
    n
}

#[test]
fn who_has_waited_in_vain_is_a_miss() {
    thread::scope(|scope| {
        let leader = scope.spawn(|| slow(1));
        SLOW.reached(1);
        let other = scope.spawn(|| slow(1));
        // The other one computes, too, in the end.
        SLOW.reached(2);
        assert_eq!(counts(slow_cache_info()), (0, 0, 0, 0, 0));
        SLOW.open();
        assert_eq!((leader.join().unwrap(), other.join().unwrap()), (1, 1));
    });
    assert_eq!(counts(slow_cache_info()), (0, 2, 0, 0, 1));
}

static LONG: Gate = Gate::new();
static COMPARED: AtomicU32 = AtomicU32::new(0);

/// Tells when it is compared: a call that joins another one compares once.
#[derive(Clone, Hash)]
struct Compared(u32);

impl PartialEq for Compared {
    fn eq(&self, other: &Self) -> bool {
        COMPARED.fetch_add(1, SeqCst);
        self.0 == other.0
    }
}

impl Eq for Compared {}

#[memoize]
fn long(n: Compared) -> Result<u32, String> {
    LONG.pass();
    Err(n.0.to_string())
}

#[test]
fn a_shared_error_is_a_coalesced_hit_and_one_error() {
    thread::scope(|scope| {
        let leader = scope.spawn(|| long(Compared(1)));
        LONG.reached(1);
        let others: Vec<_> = (0..3).map(|_| scope.spawn(|| long(Compared(1)))).collect();
        while COMPARED.load(SeqCst) < 3 {
            thread::yield_now();
        }
        LONG.open();
        for call in others.into_iter().chain([leader]) {
            assert_eq!(call.join().unwrap(), Err("1".into()));
        }
    });
    assert_eq!(counts(long_cache_info()), (3, 1, 3, 1, 0));
}

#[memoize]
async fn given_up(n: u32) -> u32 {
    if n == 1 {
        std::future::pending::<()>().await;
    }
    n
}

#[test]
fn a_call_that_was_never_polled_is_none_and_one_that_was_is_a_miss() {
    drop(given_up(1));
    assert_eq!(counts(given_up_cache_info()), (0, 0, 0, 0, 0));
    for calls in 1..4 {
        let mut call = Box::pin(given_up(1));
        assert!(block_on(futures::future::poll_immediate(call.as_mut())).is_none());
        drop(call);
        assert_eq!(counts(given_up_cache_info()), (0, calls, 0, 0, 0));
    }
    let mut refresh = Box::pin(given_up_cache_refresh(1));
    assert!(block_on(futures::future::poll_immediate(refresh.as_mut())).is_none());
    drop(refresh);
    drop(given_up_uncached(1));
    assert_eq!(counts(given_up_cache_info()), (0, 3, 0, 0, 0));
    // Nobody is left behind whom a later call would wait for.
    assert_eq!(block_on(given_up(2)), 2);
}

#[memoize(skip(depth))]
async fn again(n: u32, depth: u32) -> u32 {
    if depth > 0 {
        return Box::pin(again(n, depth - 1)).await + 1;
    }
    n
}

#[test]
fn re_entrant_async_calls_are_misses() {
    assert_eq!(block_on(again(1, 3)), 4);
    // The innermost was stored first, and stays.
    assert_eq!(block_on(again(1, 3)), 1);
    assert_eq!(counts(again_cache_info()), (1, 4, 0, 0, 1));
}

struct Shape;

impl Shape {
    #[memoize(skip(self))]
    fn area(&self, n: u32) -> u32 {
        n * n
    }
}

#[test]
fn disabled_calls_count_nothing() {
    testing::isolated(|| {
        assert_eq!(Shape.area(2), 4);
        testing::disabled(|| {
            assert_eq!(Shape.area(2), 4);
            assert_eq!(Shape::area_cache_get(2), None);
            assert_eq!(Shape::area_cache_insert(2, 5), None);
            assert_eq!(Shape::area_cache_remove(2), None);
            assert_eq!(Shape.area_cache_refresh(3), 9);
            assert_eq!(block_on(given_up(7)), 7);
        });
        assert_eq!(counts(Shape::area_cache_info()), (0, 1, 0, 0, 1));
        assert_eq!(given_up_cache_info().misses, 0);
        assert_eq!(Shape::area_cache_get(2), Some(4));
        assert_eq!(Shape::area_cache_insert(2, 5), Some(4));
        assert_eq!(Shape::area_cache_remove(2), Some(5));
    });
}

#[memoize]
fn shown(n: u32) -> u32 {
    n
}

#[test]
fn info_is_what_it_says_it_is() {
    fn copy<T: Copy + std::fmt::Debug + std::fmt::Display>(value: T) -> T {
        value
    }
    assert_eq!(shown_cache_info().hit_ratio(), 0.0);
    assert_eq!(
        shown_cache_info().to_string(),
        "hits=0 misses=0 capacity=none len=0"
    );
    for n in [1, 1, 1, 2] {
        shown(n);
    }
    let memofn::CacheInfo {
        hits,
        misses,
        coalesced,
        evictions,
        expirations,
        errors,
        len,
        capacity,
        weight,
        max_weight,
        compute_time,
        ..
    } = copy(shown_cache_info());
    let _: [u64; 6] = [hits, misses, coalesced, evictions, expirations, errors];
    let _: (usize, Option<usize>, u64, Option<u64>, Duration) =
        (len, capacity, weight, max_weight, compute_time);
    assert_eq!((hits, misses, len, capacity), (2, 2, 2, None));
    assert_eq!(shown_cache_info().hit_ratio(), 0.5);
}
