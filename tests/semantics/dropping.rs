//! When what has left is dropped: soon, and at the latest when a call says so.

use memofn::{Cache, Policy};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};

const MIB: u64 = 1 << 20;

/// Counts its living copies.
#[derive(Debug)]
struct Live(Arc<AtomicI64>);

impl Live {
    fn new(count: &Arc<AtomicI64>) -> Self {
        count.fetch_add(1, Relaxed);
        Self(Arc::clone(count))
    }
}

impl Clone for Live {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// `entries` of them in a cache that would hold `capacity`.
fn filled(entries: u32, capacity: usize) -> (Cache<u32, Live>, Arc<AtomicI64>) {
    let (cache, live) = (Cache::new(capacity), Arc::new(AtomicI64::new(0)));
    for key in 0..entries {
        cache.insert(key, Live::new(&live));
    }
    (cache, live)
}

#[test]
fn clear_drops_before_it_returns() {
    let (cache, live) = filled(300, 1000);
    assert_eq!(live.load(Relaxed), 300);
    cache.clear();
    assert_eq!(live.load(Relaxed), 0);
    let (cache, live) = filled(300, 10);
    cache.clear();
    assert_eq!(live.load(Relaxed), 0, "what was evicted earlier, too");
}

#[test]
fn remove_drops_before_it_returns() {
    let (cache, live) = filled(10, 10);
    for key in 0..10 {
        assert!(cache.remove(&key).is_some());
        assert_eq!(live.load(Relaxed), 9 - i64::from(key));
    }
}

#[test]
fn set_capacity_drops_before_it_returns() {
    let (cache, live) = filled(100, 100);
    cache.set_capacity(30);
    assert_eq!(live.load(Relaxed), 30);
    cache.set_capacity(0);
    assert_eq!(live.load(Relaxed), 0);
}

#[test]
fn dropping_the_cache_drops_everything() {
    for (entries, capacity) in [(300, 1000), (300, 10)] {
        let (cache, live) = filled(entries, capacity);
        let kept = cache.get(&(entries - 1));
        drop(cache);
        assert_eq!(live.load(Relaxed), 1);
        drop(kept);
        assert_eq!(live.load(Relaxed), 0);
    }
}

#[test]
fn no_more_than_64_evicted_entries_wait() {
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        let cache = Cache::builder().policy(policy).capacity(10).build();
        let live = Arc::new(AtomicI64::new(0));
        for key in 0..5_000u32 {
            cache.get_or_insert_with(&(key % 1_000), || Live::new(&live));
            let now = live.load(Relaxed);
            assert!((1..=10 + 64).contains(&now), "{now} are alive, {policy}");
        }
    }
}

#[test]
fn no_more_than_64_replaced_entries_wait() {
    let (cache, live) = filled(10, 10);
    for key in 0..5_000 {
        cache.insert(key % 10, Live::new(&live));
        let now = live.load(Relaxed);
        assert!((10..=10 + 64).contains(&now), "{now} are alive");
    }
}

/// By weight: at most 1 MiB, or a sixteenth of what the cache may hold.
#[test]
fn heavy_evicted_entries_do_not_wait_in_numbers() {
    for (max_weight, waiting) in [(10 * MIB, 2), (64 * MIB, 8)] {
        let live = Arc::new(AtomicI64::new(0));
        let cache = Cache::builder()
            .max_weight(max_weight)
            .weight(|_: &u32, _: &Live| MIB / 2)
            .build();
        let held = (max_weight / (MIB / 2)) as i64;
        for key in 0..2_000 {
            cache.insert(key, Live::new(&live));
            let now = live.load(Relaxed);
            assert!(
                now <= held + waiting,
                "{now} are alive where {held} are held"
            );
        }
        assert!(live.load(Relaxed) >= held);
    }
}

#[test]
fn retain_drops_what_it_takes_away() {
    let (cache, live) = filled(100, 100);
    cache.retain(|key, _| key % 2 == 0);
    assert_eq!(cache.len(), 50);
    assert!(live.load(Relaxed) <= 50 + 64);
    cache.clear();
    assert_eq!(live.load(Relaxed), 0);
}

const HEAVY: u32 = 1_000_000;

/// A cache with room for `entries` light entries or one heavy one, and what is seen of it when they
/// are dropped.
struct Crowd {
    cache: LazyLock<Cache<u32, Crowded>>,
    dropped: AtomicU64,
    most_waiting: AtomicU64,
}

impl Crowd {
    const fn new(cache: fn() -> Cache<u32, Crowded>) -> Self {
        Self {
            cache: LazyLock::new(cache),
            dropped: AtomicU64::new(0),
            most_waiting: AtomicU64::new(0),
        }
    }

    /// How many waited at once when one store takes the place of all entries, and when `set_capacity`
    /// takes all but ten away.
    fn most_waiting(&'static self, entries: u32) -> u64 {
        let all = u64::from(entries);
        for key in (0..entries).chain([HEAVY]).chain(0..entries) {
            self.cache.insert(key, Crowded(self));
        }
        let info = self.cache.info();
        assert_eq!((info.len as u64, info.evictions), (all, all + 1));
        self.cache.set_capacity(10);
        assert_eq!(self.cache.info().len, 10);
        assert_eq!(self.dropped.load(Relaxed), 2 * all + 1 - 10);
        self.most_waiting.load(Relaxed)
    }
}

#[derive(Clone)]
struct Crowded(&'static Crowd);

impl Drop for Crowded {
    /// Notes how many evicted ones are still there, this one included.
    fn drop(&mut self) {
        let dropped = self.0.dropped.fetch_add(1, Relaxed);
        let waiting = self.0.cache.info().evictions.saturating_sub(dropped);
        self.0.most_waiting.fetch_max(waiting, Relaxed);
    }
}

fn crowd(entries: u64, each: u64) -> Cache<u32, Crowded> {
    Cache::builder()
        .max_weight(entries * each)
        .weight(move |key: &u32, _: &Crowded| if *key == HEAVY { entries * each } else { each })
        .build()
}

static LIGHT: Crowd = Crowd::new(|| crowd(1_000, 1));
static BULKY: Crowd = Crowd::new(|| crowd(320, MIB / 4));

#[test]
fn no_more_than_64_wait_when_a_thousand_leave_at_once() {
    let most = LIGHT.most_waiting(1_000);
    assert!((1..=64).contains(&most), "{most} waited");
}

/// 80 MiB in all: a sixteenth is 5 MiB, which are 20 entries.
#[test]
fn no_more_than_a_sixteenth_waits_when_all_leave_at_once() {
    let most = BULKY.most_waiting(320);
    assert!((1..=20).contains(&most), "{most} waited");
}
