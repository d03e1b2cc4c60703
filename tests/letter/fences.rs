//! Cleared is cleared: for sync and async functions, generic ones, and methods.

use crate::{Gate, alone};
use futures::executor::block_on;
use futures::future::{FutureExt as _, poll_immediate};
use memofn::memoize;
use std::cell::Cell;
use std::future::poll_fn;
use std::task::Poll;
use std::thread;

thread_local! {
    static OPEN: Cell<bool> = const { Cell::new(false) };
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

/// Suspends until this thread says so.
async fn suspended() -> u32 {
    RUNS.set(RUNS.get() + 1);
    let run = RUNS.get();
    poll_fn(|_| {
        if OPEN.get() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    run
}

struct Store;

impl Store {
    #[memoize(skip(self), ttl = "1h", on_evict = left)]
    async fn find<T: Clone + Send + Sync + std::hash::Hash + Eq + 'static>(&self, of: T) -> u32 {
        let _ = of;
        suspended().await
    }
}

fn left<T>(_: &T, _: &u32, _: memofn::Cause) {}

#[derive(Clone, Copy, Debug)]
enum Fence {
    Clear,
    Remove,
    Insert,
    Refresh,
    CacheClear,
    CacheInsert,
}

fn fence(fence: Fence) {
    match fence {
        Fence::Clear => Store::find_cache_clear::<u8>(),
        Fence::Remove => drop(Store::find_cache_remove(1_u8)),
        Fence::Insert => drop(Store::find_cache_insert(1_u8, 100)),
        Fence::Refresh => {
            OPEN.set(true);
            block_on(Store.find_cache_refresh(1_u8));
            OPEN.set(false);
        }
        Fence::CacheClear => Store::find_cache::<u8>().clear(),
        Fence::CacheInsert => drop(Store::find_cache::<u8>().insert(1, 100)),
    }
}

#[test]
fn what_an_async_call_began_before_is_not_stored_after() {
    let _alone = alone();
    use Fence::*;
    for which in [Clear, Remove, Insert, Refresh, CacheClear, CacheInsert] {
        Store::find_cache_clear::<u8>();
        OPEN.set(false);
        RUNS.set(0);
        let mut began = Box::pin(Store.find(1_u8));
        let mut other = Box::pin(Store.find(2_u8));
        assert!(block_on(poll_immediate(began.as_mut())).is_none());
        assert!(block_on(poll_immediate(other.as_mut())).is_none());
        fence(which);
        let stored = Store::find_cache_get(1_u8);
        // A call that begins now joins nothing of before: it finds what is stored, or computes.
        let mut later = Box::pin(Store.find(1_u8));
        let at_once = later.as_mut().now_or_never();
        assert_eq!(at_once, stored, "{which:?}");
        OPEN.set(true);
        assert_eq!(block_on(began), 1, "{which:?}: its caller gets it");
        assert_eq!(
            Store::find_cache_get(1_u8),
            stored,
            "{which:?}: it isn't stored"
        );
        if at_once.is_none() {
            assert_eq!(block_on(later), 3, "{which:?}");
            assert_eq!(Store::find_cache_get(1_u8), Some(3));
        }
        // What concerns another key is fenced by a clear only.
        assert_eq!(block_on(other), 2);
        let cleared = matches!(which, Clear | CacheClear);
        assert_eq!(
            Store::find_cache_get(2_u8),
            (!cleared).then_some(2),
            "{which:?}"
        );
    }
}

#[test]
fn a_refresh_that_is_given_up_half_way_keeps_the_old_entry_and_hands_over() {
    let _alone = alone();
    OPEN.set(true);
    let first = block_on(Store.find('a'));
    OPEN.set(false);
    let mut refresh = Box::pin(Store.find_cache_refresh('a'));
    assert!(block_on(poll_immediate(refresh.as_mut())).is_none());
    // The old value meanwhile, and after.
    assert_eq!(block_on(Store.find('a')), first);
    drop(refresh);
    assert_eq!(Store::find_cache_get('a'), Some(first));
    // Where nothing is stored a call joins the refresh, and takes over when that is given up.
    let mut refresh = Box::pin(Store.find_cache_refresh('b'));
    assert!(block_on(poll_immediate(refresh.as_mut())).is_none());
    let mut joins = Box::pin(Store.find('b'));
    assert!(block_on(poll_immediate(joins.as_mut())).is_none());
    drop(refresh);
    OPEN.set(true);
    let runs = RUNS.get();
    assert_eq!(block_on(joins), runs + 1);
    let info = Store::find_cache_info::<char>();
    assert_eq!((info.hits, info.misses, info.coalesced), (1, 2, 0));
}

static FIRST: Gate = Gate::new();

#[memoize(cache_if = |n: &u32| *n != 13)]
fn lucky<const N: u32>(n: u32) -> u32 {
    if n == 1 {
        FIRST.pass();
    }
    n + N
}

/// An insert of what may not be stored takes the old entry away, and is a fence all the same.
#[test]
fn an_insert_that_stores_nothing_is_a_fence() {
    thread::scope(|scope| {
        let call = scope.spawn(|| lucky::<0>(1));
        FIRST.reached(1);
        assert_eq!(lucky_cache_insert::<0>(1, 13), None);
        FIRST.open();
        assert_eq!(call.join().unwrap(), 1);
    });
    assert_eq!(lucky_cache_get::<0>(1), None);
    assert_eq!(lucky::<0>(1), 1);
    assert_eq!(lucky_cache_insert::<0>(1, 13), Some(1));
    assert_eq!(lucky_cache_get::<0>(1), None);
    assert_eq!(lucky_cache_info::<7>().misses, 0);
}

#[memoize(cache_if = |n: &Result<u32, String>| *n != Ok(13))]
async fn moody(n: u32) -> Result<u32, String> {
    let _ = n;
    match RUNS.get() {
        0 => Ok(1),
        1 => Ok(13),
        2 => Err("no".into()),
        _ => panic!("on purpose"),
    }
}

#[test]
fn a_refresh_that_gives_nothing_to_store_keeps_the_old_entry() {
    RUNS.set(0);
    assert_eq!(block_on(moody(1)), Ok(1));
    RUNS.set(1);
    assert_eq!(block_on(moody_cache_refresh(1)), Ok(13));
    assert_eq!(moody_cache_get(1), Some(Ok(1)));
    RUNS.set(2);
    assert_eq!(block_on(moody_cache_refresh(1)), Err("no".into()));
    assert_eq!(moody_cache_get(1), Some(Ok(1)));
    RUNS.set(3);
    let panics = std::panic::AssertUnwindSafe(moody_cache_refresh(1)).catch_unwind();
    assert!(block_on(panics).is_err());
    assert_eq!(moody_cache_get(1), Some(Ok(1)));
    // One that is dropped, too.
    drop(moody_cache_refresh(1));
    assert_eq!(moody_cache_get(1), Some(Ok(1)));
    assert_eq!(moody_cache_insert(1, Err("by hand".into())), Some(Ok(1)));
    assert_eq!(moody_cache_get(1), None);
}
