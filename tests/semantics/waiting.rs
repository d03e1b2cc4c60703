//! What has left is freed in time: by number, by weight, and whoever was reading it.

use memofn::{Cache, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering::Relaxed};

const MIB: i64 = 1 << 20;

/// Counts its living weight. Cloning it shares it, so that what is alive is what a cache keeps.
#[derive(Clone)]
struct Heavy(Arc<Weight>);

struct Weight(i64, Arc<AtomicI64>);

impl Drop for Weight {
    fn drop(&mut self) {
        self.1.fetch_sub(self.0, Relaxed);
    }
}

fn heavy(weight: i64, live: &Arc<AtomicI64>) -> Heavy {
    live.fetch_add(weight, Relaxed);
    Heavy(Arc::new(Weight(weight, Arc::clone(live))))
}

fn cache(max_mib: u64) -> (Cache<u32, Heavy>, Arc<AtomicI64>) {
    let builder = Cache::builder()
        .policy(Policy::Lru)
        .max_weight(max_mib << 20);
    let cache = builder.weight(|_, value: &Heavy| value.0.0 as u64).build();
    (cache, Arc::new(AtomicI64::new(0)))
}

#[test]
fn a_heavy_value_that_is_replaced_does_not_wait() {
    let (cache, live) = cache(128);
    cache.insert(0, heavy(100 * MIB, &live));
    cache.insert(0, heavy(100 * MIB, &live));
    for key in 1..40 {
        cache.insert(key, heavy(1, &live));
        assert!(live.load(Relaxed) <= 108 * MIB);
    }
}

#[test]
fn a_heavy_value_that_leaves_while_it_is_read_is_freed_after_it() {
    struct Slow(Heavy, Arc<dyn Fn() + Send + Sync>);
    impl Clone for Slow {
        fn clone(&self) -> Self {
            (self.1)();
            Slow(self.0.clone(), Arc::clone(&self.1))
        }
    }
    let live = Arc::new(AtomicI64::new(0));
    let builder = Cache::builder().policy(Policy::Lru).max_weight(128 << 20);
    let cache: Cache<u32, Slow> = builder.weight(|_, value: &Slow| value.0.0.0 as u64).build();
    let cache = Arc::new(cache);
    let leaves = {
        let (cache, once) = (Arc::downgrade(&cache), AtomicU32::new(0));
        Arc::new(move || {
            if once.fetch_add(1, Relaxed) == 0 {
                drop(cache.upgrade().map(|cache| cache.remove(&0)));
            }
        })
    };
    cache.insert(0, Slow(heavy(100 * MIB, &live), leaves.clone()));
    drop(cache.get(&0));
    for key in 1..3 {
        cache.insert(key, Slow(heavy(1, &live), leaves.clone()));
    }
    assert!(live.load(Relaxed) <= 8 * MIB, "{}", live.load(Relaxed));
}

#[test]
fn what_retain_lets_go_does_not_pile_up() {
    let (cache, live) = cache(16);
    for key in 0..160 {
        cache.insert(key, heavy(MIB / 10, &live));
    }
    let mut gone = 0;
    cache.retain(|_, _| {
        let waiting = live.load(Relaxed) - (160 - gone) * (MIB / 10);
        assert!(waiting <= MIB + MIB / 10, "{waiting} bytes wait");
        gone += 1;
        false
    });
    assert_eq!((cache.len(), live.load(Relaxed)), (0, 0));
}

/// Panics when it is dropped for the first time.
#[derive(Clone)]
struct Fragile(Arc<AtomicU32>);

impl Drop for Fragile {
    fn drop(&mut self) {
        if self.0.fetch_add(1, Relaxed) == 1 {
            panic!("on purpose");
        }
    }
}

#[test]
fn destructors_that_panic_one_after_another_abort_nothing() {
    let cache = Cache::new(1);
    let mut panics = 0;
    let mut drops = Vec::new();
    for key in 0..300 {
        let count = Arc::new(AtomicU32::new(0));
        drops.push(Arc::clone(&count));
        let value = Fragile(count);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cache.get_or_insert_with(&key, || value)
        }));
        match result {
            Ok(value) => std::mem::forget(value),
            Err(_) => panics += 1,
        }
        // The copy that the caller has counts as the first drop.
        drops[key as usize].fetch_add(1, Relaxed);
    }
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cache.clear()));
    assert!(panics > 0);
    assert!(
        drops.iter().all(|drops| drops.load(Relaxed) >= 2),
        "all were dropped"
    );
    assert_eq!(cache.len(), 0);
    let count = Arc::new(AtomicU32::new(10));
    cache.insert(7, Fragile(count));
    assert!(cache.contains_key(&7));
}
