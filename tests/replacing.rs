//! Replacing and removing are one step for everybody else, whatever runs between.

use memofn::{Cache, memoize};
use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc;
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::Duration;

#[memoize]
fn kept_up(n: u32) -> u32 {
    n
}

/// A key that is stored all the time, and replaced all the time, is there at every look.
#[test]
fn a_replaced_key_is_never_absent() {
    const LOOKS: u32 = 50_000;
    let cache = Cache::new(8);
    cache.insert(1, 0_u64);
    kept_up(1);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                assert_eq!(cache.insert(1, 7).map(|old| old % 7), Some(0));
                kept_up_cache_refresh(1);
            }
        });
        for _ in 0..LOOKS {
            assert!(cache.peek(&1).is_some());
            kept_up(1);
        }
        stop.store(true, Relaxed);
    });
    let info = kept_up_cache_info();
    assert_eq!((info.hits, info.misses), (u64::from(LOOKS), 1));
}

#[test]
fn a_full_cache_replaces_without_evicting() {
    let cache = Cache::builder()
        .capacity(3)
        .max_weight(30)
        .weight(|_, value: &u64| *value)
        .build();
    for key in 0..3 {
        cache.insert(key, 10);
    }
    assert_eq!(cache.insert(0, 10), Some(10));
    assert_eq!((cache.len(), cache.info().evictions), (3, 0));
    // Heavier than what it replaces: the least recently used one has to leave, which isn't 0.
    assert_eq!(cache.insert(0, 20), Some(10));
    assert_eq!((cache.info().evictions, cache.info().weight), (1, 30));
    assert_eq!(cache.peek(&1), None);
    // So heavy that all others leave, and the one that it replaces is among those that the policy
    // would choose: that one is replaced, not evicted.
    let _ = cache.get(&2);
    assert_eq!(cache.insert(0, 30), Some(20));
    assert_eq!((cache.len(), cache.info().evictions), (1, 2));
}

static GROWN: AtomicBool = AtomicBool::new(false);

#[memoize(max_weight = 200, weight = |_, value: &u64| *value)]
fn grows(n: u64) -> u64 {
    if n == 0 && GROWN.load(Relaxed) {
        190
    } else {
        1
    }
}

/// More leave than are dropped in one go: the locked section is left and entered again.
#[test]
fn a_refresh_that_makes_a_hundred_leave_is_stored() {
    for n in 0..200 {
        grows(n);
    }
    GROWN.store(true, Relaxed);
    assert_eq!(grows_cache_refresh(0), 190);
    assert_eq!(grows_cache_get(0), Some(190));
    assert_eq!(grows_cache_info().weight, 200);
    assert_eq!(grows_cache_info().evictions, 189);
}

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static FAILING: Cell<bool> = const { Cell::new(false) };
}

/// Its comparison does something else first, once.
#[derive(Clone)]
struct Key(u32, fn());

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        if ARMED.replace(false) {
            (self.1)();
        }
        self.0 == other.0
    }
}

impl Eq for Key {}

#[memoize]
fn may_fail(key: Key) -> Result<u32, ()> {
    if FAILING.get() { Err(()) } else { Ok(key.0) }
}

#[test]
fn a_refresh_that_comes_to_nothing_keeps_the_old_entry() {
    fn failing_refresh() {
        FAILING.set(true);
        assert!(may_fail_cache_refresh(Key(1, || ())).is_err());
        FAILING.set(false);
    }
    assert_eq!(may_fail(Key(1, || ())), Ok(1));
    ARMED.set(true);
    // The inner one begins later: the outer one may not store any more, and the inner one fails.
    assert_eq!(may_fail_cache_refresh(Key(1, failing_refresh)), Ok(1));
    assert!(!ARMED.get());
    assert_eq!(may_fail_cache_get(Key(1, || ())), Some(Ok(1)));
}

/// Its destructor asks the cache for its length.
#[derive(Clone)]
struct Curious;

static CURIOUS: OnceLock<Cache<Key, Curious>> = OnceLock::new();

impl Drop for Curious {
    fn drop(&mut self) {
        if let Some(cache) = CURIOUS.get() {
            let _ = cache.len();
        }
    }
}

#[test]
fn the_last_reader_of_a_removed_entry_drops_it_without_the_lock() {
    fn remove_first() {
        let cache = CURIOUS.get().unwrap();
        assert!(cache.remove(&Key(1, || ())).is_some());
    }
    let cache = CURIOUS.get_or_init(Cache::unbounded);
    cache.insert(Key(1, || ()), Curious);
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        ARMED.set(true);
        done.send(cache.remove(&Key(1, remove_first)).is_some())
    });
    let removed = wait.recv_timeout(Duration::from_secs(20));
    assert_eq!(removed, Ok(false), "the entry was dropped under the lock");
}

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
}

static BEGUN: Barrier = Barrier::new(2);
static GO_ON: Barrier = Barrier::new(2);

#[memoize]
fn held(key: Key) -> u32 {
    if HELD.get() {
        BEGUN.wait();
        GO_ON.wait();
    }
    key.0
}

/// Between the look for the entry and its leaving runs the comparison, and whatever it lets begin.
#[test]
fn a_refresh_that_begins_while_a_removal_compares_is_not_stored() {
    fn refresh_aside() {
        thread::spawn(|| {
            HELD.set(true);
            held_cache_refresh(Key(1, || ()));
            GO_ON.wait();
        });
        BEGUN.wait();
    }
    held(Key(1, || ()));
    ARMED.set(true);
    assert_eq!(held_cache_remove(Key(1, refresh_aside)), Some(1));
    assert!(!ARMED.get());
    GO_ON.wait();
    // The refresh has ended.
    GO_ON.wait();
    assert_eq!(held_cache_get(Key(1, || ())), None);
}

/// What is used after a miss counts as used later than what was used before it, also in another
/// thread, and also if the miss stored nothing.
#[test]
fn a_miss_that_stores_nothing_orders_the_hits_around_it() {
    let cache = Cache::builder()
        .capacity(2)
        .cache_if(|value: &u32| *value != 99)
        .build();
    cache.insert(1, 1);
    cache.insert(2, 2);
    let use_both = || {
        for _ in 0..100 {
            let _ = (cache.get(&2), cache.get(&1));
        }
    };
    thread::scope(|scope| scope.spawn(use_both).join()).unwrap();
    cache.get_or_insert_with(&7, || 99);
    thread::scope(|scope| scope.spawn(|| cache.get(&2)).join()).unwrap();
    cache.insert(3, 3);
    assert!(cache.contains_key(&2) && !cache.contains_key(&1));
}
