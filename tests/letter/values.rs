//! What is asked of values, and what the bounds of a run-time value do.

use crate::counts;
use memofn::memoize;
use std::error::Error;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

static EVALUATED: AtomicU32 = AtomicU32::new(0);

fn none_at_all() -> Duration {
    EVALUATED.fetch_add(1, Relaxed);
    Duration::ZERO
}

#[memoize(ttl = none_at_all(), capacity = 10)]
fn never_kept(n: u32) -> u32 {
    n
}

#[memoize(tti = Duration::ZERO)]
async fn never_kept_either(n: u32) -> u32 {
    n
}

#[test]
fn a_lifetime_of_zero_at_run_time_stores_nothing() {
    for _ in 0..3 {
        assert_eq!(never_kept(1), 1);
        assert_eq!(futures::executor::block_on(never_kept_either(1)), 1);
    }
    assert_eq!(never_kept_cache_insert(1, 5), None);
    assert_eq!(never_kept_cache_get(1), None);
    assert_eq!(never_kept_cache_refresh(1), 1);
    assert_eq!(counts(never_kept_cache_info()), (0, 3, 0, 0, 0));
    assert_eq!(counts(never_kept_either_cache_info()), (0, 3, 0, 0, 0));
    assert_eq!(EVALUATED.load(Relaxed), 1);
}

fn zero() -> usize {
    0
}

#[memoize(capacity = 0)]
fn none(n: &str) -> usize {
    n.len()
}

#[memoize(capacity = zero(), policy = "fifo")]
async fn none_async<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static>(n: &[T]) -> usize {
    n.len()
}

#[memoize(capacity = 0, scope = "thread")]
fn none_of_thread(n: u32) -> Rc<u32> {
    Rc::new(n)
}

/// As `lru_cache(0)`: counts misses, stores nothing, in each helper.
#[test]
fn capacity_zero_by_every_helper_and_kind() {
    use futures::executor::block_on;
    for _ in 0..2 {
        assert_eq!(
            (
                none("ab"),
                block_on(none_async(&[1_u8])),
                *none_of_thread(3)
            ),
            (2, 1, 3)
        );
    }
    assert_eq!(
        (
            none_cache_insert("ab", 9),
            none_cache_get("ab"),
            none_cache_remove("ab")
        ),
        (None, None, None)
    );
    assert_eq!((none_cache_refresh("ab"), none_uncached("ab")), (2, 2));
    assert_eq!(none_cache_parameters().capacity, Some(0));
    assert_eq!(none_cache().iter().count(), 0);
    assert_eq!(
        none_cache_info().to_string().split(" compute").next(),
        Some("hits=0 misses=2 capacity=0 len=0")
    );
    assert_eq!(
        (
            none_async_cache_insert(&[1_u8], 9),
            none_async_cache_get(&[1_u8])
        ),
        (None, None)
    );
    assert_eq!(none_async_cache_remove(&[1_u8]), None);
    assert_eq!(block_on(none_async_cache_refresh(&[1_u8])), 1);
    assert_eq!(counts(none_async_cache_info::<u8>()), (0, 2, 0, 0, 0));
    assert_eq!(counts(none_async_cache_info::<u16>()), (0, 0, 0, 0, 0));
    assert_eq!(none_of_thread_cache_insert(3, Rc::new(4)), None);
    assert_eq!(
        (none_of_thread_cache_get(3), none_of_thread_cache_remove(3)),
        (None, None)
    );
    assert_eq!(*none_of_thread_cache_refresh(3), 3);
    assert_eq!(counts(none_of_thread_cache_info()), (0, 2, 0, 0, 0));
    none_cache_clear();
    assert_eq!(none_cache_info().misses, 0);
    assert_eq!(none_cache_info().hit_ratio(), 0.0);
}
/// An error that is not stored may be anything.
#[memoize]
fn boxed(text: &str) -> Result<u32, Box<dyn Error>> {
    Ok(text.parse()?)
}

#[memoize(capacity = 2)]
fn counted(n: u32) -> Result<u32, Rc<str>> {
    n.checked_sub(1).ok_or_else(|| "zero".into())
}

#[memoize]
async fn awaited(n: u32) -> Result<u32, Rc<str>> {
    n.checked_sub(1).ok_or_else(|| "zero".into())
}

#[memoize]
fn generic<T: Clone + Send + Sync + 'static, E: 'static>(
    n: u32,
    f: fn(u32) -> Result<T, E>,
) -> Result<T, E> {
    f(n)
}

#[test]
fn an_error_that_is_not_stored_need_not_cross_threads() {
    for _ in 0..2 {
        assert_eq!(boxed("1").unwrap(), 1);
        assert!(boxed("x").is_err());
        assert_eq!(counted(1), Ok(0));
        assert_eq!(counted(0), Err("zero".into()));
        assert_eq!(futures::executor::block_on(awaited(1)), Ok(0));
        assert_eq!(futures::executor::block_on(awaited(0)), Err("zero".into()));
        assert_eq!(generic(0, |n| Err::<u8, _>(Rc::new(n))), Err(Rc::new(0)));
        assert_eq!(generic(3, |_| Ok::<_, Rc<u32>>(1_u8)), Ok(1));
    }
    assert_eq!(counts(boxed_cache_info()), (1, 3, 0, 2, 1));
    assert_eq!(counts(counted_cache_info()), (1, 3, 0, 2, 1));
    assert_eq!(counts(awaited_cache_info()), (1, 3, 0, 2, 1));
    assert_eq!(counted_cache_insert(1, Err("no".into())), Some(Ok(0)));
    assert_eq!(counted_cache_get(1), None);
}
