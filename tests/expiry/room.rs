//! What has expired leaves: before the policy is asked, and without being asked for again.

use crate::{after_hours, alone, counts, hours};
use memofn::{Cache, Policy};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

#[test]
fn expired_entries_make_room_before_the_policy_is_asked() {
    let _alone = alone();
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
        let cache = Cache::builder()
            .policy(policy)
            .capacity(3)
            .ttl(hours(100))
            .build();
        cache.insert("fresh", 1);
        after_hours(50);
        cache.insert("a", 2);
        cache.insert("b", 3);
        after_hours(25);
        // Stored again, so that the others are older.
        cache.insert("fresh", 4);
        assert_eq!((cache.get(&"a"), cache.get(&"a")), (Some(2), Some(2)));
        after_hours(80);
        cache.insert("c", 5);
        cache.insert("d", 6);
        let mut keys: Vec<_> = cache.iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["c", "d", "fresh"], "{policy}");
        let info = cache.info();
        assert_eq!((info.expirations, info.evictions), (2, 0), "{policy}");
    }
}

#[test]
fn expired_entries_make_room_by_weight_too() {
    let _alone = alone();
    let cache = Cache::builder()
        .max_weight(10)
        .weight(|_: &u32, value: &u64| *value)
        .ttl(hours(100))
        .build();
    cache.insert(1, 4);
    after_hours(60);
    cache.insert(2, 6);
    assert_eq!(cache.get(&1), Some(4));
    after_hours(60);
    assert_eq!(cache.info().weight, 6);
    cache.insert(3, 4);
    let info = cache.info();
    assert_eq!(
        (info.len, info.weight, info.expirations, info.evictions),
        (2, 10, 1, 0)
    );
}

/// Counts its living copies.
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

/// A hundred new keys an hour, each of which lives ten hours and a half; nobody asks for them again.
#[test]
fn a_cache_without_a_bound_does_not_outgrow_what_is_alive() {
    let _alone = alone();
    let lifetime = hours(10) + hours(1) / 2;
    let by_age = Cache::builder().ttl(lifetime).build();
    let by_use = Cache::builder().tti(lifetime).build();
    let live = [(); 2].map(|()| Arc::new(AtomicI64::new(0)));
    for hour in 0..200u32 {
        for key in hour * 100..(hour + 1) * 100 {
            by_age.get_or_insert_with(&key, || Live::new(&live[0]));
            by_use.insert(key, Live::new(&live[1]));
        }
        for (live, cache) in live.iter().zip(["ttl", "tti"]) {
            // Eleven hours' entries are alive. One hour's have just expired and leave with the next
            // hour's stores; 64 may wait to be dropped.
            let now = live.load(Relaxed);
            assert!(
                now <= 1_100 + 100 + 64,
                "{now} in memory in hour {hour}, {cache}"
            );
        }
        after_hours(1);
    }
    assert_eq!(by_age.len(), 1_000);
    assert_eq!(by_use.len(), 1_000);
    assert_eq!(by_age.info().expirations, 19_000);
}

/// Ten thousand entries expire at once. Each later store takes some of them away.
#[test]
fn a_crowd_that_expires_leaves_with_the_next_stores() {
    let _alone = alone();
    let cache = Cache::builder().ttl(hours(10)).build();
    let live = Arc::new(AtomicI64::new(0));
    for key in 0..10_000 {
        cache.insert(key, Live::new(&live));
    }
    after_hours(11);
    for key in 10_000..20_000 {
        cache.insert(key, Live::new(&live));
        let now = live.load(Relaxed);
        assert!(now <= 10_000 + 100, "{now} in memory");
    }
    assert_eq!(counts(cache.info()), (0, 0, 10_000, 10_000));
}

/// Nothing is stored that could take along what look-ups have found to be over.
#[test]
fn expired_entries_that_look_ups_meet_do_not_wait_in_numbers() {
    let _alone = alone();
    let cache = Cache::builder().ttl(hours(10)).build();
    let live = Arc::new(AtomicI64::new(0));
    for key in 0..1_000 {
        cache.insert(key, Live::new(&live));
    }
    after_hours(11);
    for key in 0..1_000 {
        assert!(cache.get(&key).is_none());
        let now = live.load(Relaxed);
        assert!(
            now <= 1_000 - i64::from(key) + 64,
            "{now} in memory after {key} looks"
        );
    }
    assert_eq!(counts(cache.info()), (0, 1_000, 1_000, 0));
}

/// Old residents that are used, and a guest each hour who is not.
#[test]
fn entries_in_use_stay() {
    let _alone = alone();
    let lifetime = hours(10) + hours(1) / 2;
    let cache = Cache::builder().tti(lifetime).capacity(100).build();
    for key in 0..50 {
        cache.insert(key, key);
    }
    for hour in 0..100 {
        after_hours(1);
        for key in 0..25 {
            assert_eq!(cache.get(&key), Some(key));
        }
        cache.insert(1_000 + hour, 0);
    }
    let info = cache.info();
    assert_eq!(counts(info), (2_500, 0, 25 + 89, 25 + 11));
    assert_eq!(info.evictions, 0);
}
