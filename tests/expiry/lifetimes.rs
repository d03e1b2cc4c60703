//! How long an entry lives.

use crate::{after_hours, alone, counts, hours};
use memofn::{Cache, Policy, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

static COMPUTED: AtomicU32 = AtomicU32::new(0);

#[memoize(ttl = "100h")]
fn with_ttl(n: u32) -> u32 {
    n * 100 + COMPUTED.fetch_add(1, Relaxed)
}

#[test]
fn ttl_counts_from_storing() {
    let _alone = alone();
    assert_eq!(with_ttl(1), 100);
    for _ in 0..2 {
        after_hours(49);
        assert_eq!(with_ttl(1), 100, "use doesn't make it last longer");
    }
    after_hours(3);
    assert_eq!(with_ttl_cache_get(1), None);
    assert_eq!(with_ttl(1), 101);
    assert_eq!(counts(with_ttl_cache_info()), (2, 2, 1, 1));
    // What replaces an entry has a life of its own.
    after_hours(60);
    assert_eq!(with_ttl_cache_insert(1, 7), Some(101));
    after_hours(60);
    assert_eq!(with_ttl(1), 7);
    assert_eq!(with_ttl_cache_refresh(1), 102);
    after_hours(60);
    assert_eq!(with_ttl(1), 102);
    after_hours(60);
    assert_eq!(with_ttl_cache_info().len, 0);
    with_ttl_cache_clear();
    assert_eq!(counts(with_ttl_cache_info()), (0, 0, 0, 0));
}

#[memoize(capacity = 10, tti = "50h")]
fn with_tti(n: u32) -> u32 {
    n
}

#[test]
fn tti_counts_from_the_last_use() {
    let _alone = alone();
    with_tti(1);
    with_tti(2);
    for _ in 0..5 {
        after_hours(30);
        assert_eq!(with_tti(1), 1);
    }
    assert_eq!(with_tti_cache_get(2), None);
    assert_eq!(counts(with_tti_cache_info()), (5, 2, 1, 1));
    // A look without use doesn't count as one.
    after_hours(30);
    assert_eq!(with_tti_cache_get(1), Some(1));
    assert!(with_tti_cache().contains_key(&1));
    assert_eq!(with_tti_cache().peek(&1), Some(1));
    assert_eq!(with_tti_cache().iter().count(), 1);
    after_hours(30);
    assert_eq!(with_tti_cache_get(1), None);
    assert_eq!(counts(with_tti_cache_info()), (5, 2, 2, 0));
    // `Cache::get` is a use, and so is storing.
    with_tti_cache_insert(3, 3);
    for _ in 0..3 {
        after_hours(30);
        assert_eq!(with_tti_cache().get(&3), Some(3));
    }
    after_hours(30);
    with_tti_cache_insert(3, 4);
    after_hours(30);
    assert_eq!(with_tti(3), 4);
}

#[memoize(policy = "lfu", capacity = 10, ttl = "100h", tti = "50h")]
fn with_both(n: u32) -> u32 {
    n
}

#[test]
fn whichever_lifetime_ends_first_counts() {
    let _alone = alone();
    with_both(1);
    with_both(2);
    for _ in 0..3 {
        after_hours(30);
        with_both(1);
    }
    assert_eq!(counts(with_both_cache_info()), (3, 2, 1, 1));
    after_hours(13);
    assert_eq!(
        with_both_cache_get(1),
        None,
        "used 13 hours ago, but 103 hours old"
    );
    assert_eq!(counts(with_both_cache_info()), (3, 2, 2, 0));
}

/// An expired entry may still be in memory; nothing shows it.
#[test]
fn an_expired_entry_is_never_seen() {
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
        let filled = || {
            let cache = Cache::builder()
                .policy(policy)
                .capacity(10)
                .ttl(hours(100))
                .build();
            for key in 0..5 {
                cache.insert(key, key);
            }
            after_hours(60);
            cache.insert(5, 5);
            after_hours(60);
            cache
        };
        assert_eq!(filled().get(&1), None);
        assert_eq!(filled().peek(&1), None);
        assert!(!filled().contains_key(&1));
        assert_eq!(filled().insert(1, 10), None);
        assert_eq!(filled().remove(&1), None);
        assert_eq!(filled().get_or_insert_with(&1, || 10), 10);
        assert_eq!(filled().len(), 1);
        assert!(!filled().is_empty());
        assert_eq!(filled().iter().collect::<Vec<_>>(), [(5, 5)]);
        filled().retain(|key, _| {
            assert_eq!(*key, 5);
            true
        });
        assert_eq!(counts(filled().info()), (0, 0, 5, 1));
    }
}

fn alive_by_hour(jitter: f64, seed: u64) -> Vec<usize> {
    let cache = Cache::builder()
        .ttl(hours(100))
        .jitter(jitter)
        .seed(seed)
        .build();
    for key in 0..1_000 {
        cache.insert(key, key);
    }
    let alive = |hour| {
        if hour > 0 {
            after_hours(1);
        }
        cache.len()
    };
    (0..=101).map(alive).collect()
}

#[test]
fn jitter_spreads_what_expires() {
    let _alone = alone();
    let alive = alive_by_hour(0.5, 7);
    assert_eq!(alive[49], 1_000, "the shortest life is half of the longest");
    assert_eq!(alive[101], 0, "no life is longer for it");
    assert!(alive.is_sorted_by(|earlier, later| earlier >= later));
    // 1000 lives between 50 and 100 hours: 20 are expected to end in each hour, 200 in each ten.
    for hour in (50..100).step_by(10) {
        let ended = alive[hour] - alive[hour + 10];
        assert!(
            (140..=260).contains(&ended),
            "{ended} of 1000 ended from hour {hour} on"
        );
    }
    assert_eq!(alive_by_hour(0.5, 7), alive, "a seed fixes it");
    assert_ne!(alive_by_hour(0.5, 8), alive);
    let together = alive_by_hour(0.0, 7);
    assert_eq!((together[98], together[101]), (1_000, 0));
}

#[memoize(ttl = "100h", jitter = "10%")]
fn jittered(n: u32) -> u32 {
    n
}

#[test]
fn jitter_is_an_option() {
    let _alone = alone();
    for n in 0..300 {
        jittered(n);
    }
    after_hours(88);
    assert_eq!(jittered_cache_info().len, 300);
    after_hours(7);
    let len = jittered_cache_info().len;
    assert!((60..=240).contains(&len), "{len} of 300 are alive half-way");
    after_hours(6);
    assert_eq!(jittered_cache_info().len, 0);
}

fn zero() -> Duration {
    Duration::ZERO
}

#[memoize(ttl = zero())]
fn no_ttl(n: u32) -> u32 {
    n
}

#[memoize(capacity = 5, tti = zero())]
fn no_tti(n: u32) -> u32 {
    n
}

#[test]
fn a_lifetime_of_zero_at_run_time_stores_nothing() {
    let _alone = alone();
    for _ in 0..3 {
        assert_eq!((no_ttl(1), no_tti(1)), (1, 1));
    }
    assert_eq!(
        (no_ttl_cache_insert(1, 2), no_tti_cache_insert(1, 2)),
        (None, None)
    );
    assert_eq!((no_ttl_cache_refresh(1), no_tti_cache_refresh(1)), (1, 1));
    assert_eq!((no_ttl_cache_get(1), no_tti_cache_get(1)), (None, None));
    for info in [no_ttl_cache_info(), no_tti_cache_info()] {
        assert_eq!(counts(info), (0, 3, 0, 0));
    }
    let by_hand = Cache::builder().ttl(Duration::ZERO).build();
    assert_eq!(by_hand.insert(1, 1), None);
    assert_eq!(by_hand.get(&1), None);
}

#[memoize(ttl = Duration::MAX, tti = Duration::MAX)]
fn for_ever(n: u32) -> u32 {
    n
}

#[test]
fn a_lifetime_may_be_longer_than_any_clock_counts() {
    let _alone = alone();
    for_ever(1);
    after_hours(1_000);
    for_ever(1);
    after_hours(1_000);
    assert_eq!(for_ever_cache_get(1), Some(1));
    assert_eq!(counts(for_ever_cache_info()), (1, 1, 0, 1));
}

/// As floating-point numbers these are a little longer than they are.
#[test]
fn all_of_a_long_lifetime_may_be_jitter() {
    for nanos in [(1 << 53) + 3, u64::MAX - 1] {
        let ttl = Duration::from_nanos(nanos);
        let cache = Cache::builder().ttl(ttl).jitter(1.0).build();
        assert_eq!(cache.get_or_insert_with(&1, || 2), 2);
    }
}

/// Lifetimes below a second are kept too: what the clock can't tell apart is not for long.
#[memoize(ttl = "2ms")]
fn brief(n: u32) -> u32 {
    n
}

#[test]
fn short_lifetimes_end() {
    let _alone = alone();
    brief(1);
    memofn::testing::advance(Duration::from_millis(3));
    assert_eq!(brief_cache_get(1), None);
    brief(1);
    assert_eq!(brief_cache_info().misses, 2);
}

#[memoize(ttl = "100h")]
fn divided(n: u32) -> Result<u32, String> {
    100u32.checked_div(n).ok_or_else(|| String::from("by zero"))
}

#[test]
fn an_expired_result_is_computed_again_and_an_error_always() {
    let _alone = alone();
    for _ in 0..2 {
        assert_eq!(divided(5), Ok(20));
        assert!(divided(0).is_err());
    }
    assert_eq!(counts(divided_cache_info()), (1, 3, 0, 1));
    after_hours(101);
    assert_eq!(divided(5), Ok(20));
    assert_eq!(counts(divided_cache_info()), (1, 4, 1, 1));
    assert_eq!(divided_cache_info().errors, 2);
}
