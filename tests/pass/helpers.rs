//! What each helper does, and what it leaves alone.
#![deny(warnings, unused)]
use memofn::{CacheInfo, CacheParameters, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static CALLS: AtomicU32 = AtomicU32::new(0);

#[memoize(capacity = 2)]
fn scaled(text: &str, n: u32) -> u32 {
    CALLS.fetch_add(1, Relaxed);
    text.len() as u32 * n
}

fn calls() -> u32 {
    CALLS.swap(0, Relaxed)
}

fn counts() -> (u64, u64) {
    (scaled_cache_info().hits, scaled_cache_info().misses)
}

pub(crate) fn main() {
    assert_eq!(
        scaled_cache_info().to_string(),
        "hits=0 misses=0 capacity=2 len=0"
    );
    assert_eq!(scaled_cache_info().hit_ratio(), 0.0);
    assert_eq!(
        (scaled("a", 1), scaled("a", 1), calls(), counts()),
        (1, 1, 1, (1, 1))
    );
    assert_eq!(scaled_cache_info().hit_ratio(), 0.5);

    // The body itself: no look-up, no store, no statistics.
    assert_eq!((scaled_uncached("a", 1), calls(), counts()), (1, 1, (1, 1)));
    assert_eq!(
        (scaled_uncached("b", 5), scaled_cache_get("b", 5), counts()),
        (5, None, (1, 1))
    );
    calls();

    // A look-up computes nothing, counts nothing and touches no recency: "a" is still the oldest.
    scaled("b", 2);
    assert_eq!(
        (
            scaled_cache_get("a", 1),
            scaled_cache_get("c", 1),
            calls(),
            counts()
        ),
        (Some(1), None, 1, (1, 2))
    );
    scaled("c", 3);
    assert_eq!(
        (scaled_cache_get("a", 1), scaled_cache_get("b", 2)),
        (None, Some(2))
    );
    assert_eq!(
        (scaled_cache_info().evictions, scaled_cache_info().len),
        (1, 2)
    );
    calls();

    // Storing what one has.
    assert_eq!(
        (scaled_cache_insert("b", 2, 20), scaled("b", 2)),
        (Some(2), 20)
    );
    assert_eq!(
        (scaled_cache_insert("d", 4, 40), scaled("d", 4), calls()),
        (None, 40, 0)
    );
    assert_eq!((counts(), scaled_cache_info().len), ((3, 3), 2));

    // Computing again.
    assert_eq!(
        (scaled_cache_refresh("d", 4), scaled("d", 4), calls()),
        (4, 4, 1)
    );
    assert_eq!(counts(), (4, 3));

    // Forgetting one, and all.
    assert_eq!(
        (scaled_cache_remove("d", 4), scaled_cache_remove("d", 4)),
        (Some(4), None)
    );
    assert_eq!((scaled("d", 4), calls(), counts()), (4, 1, (4, 4)));
    scaled_cache_clear();
    let info: CacheInfo = scaled_cache_info();
    assert_eq!(
        (
            info.hits,
            info.misses,
            info.evictions,
            info.len,
            info.capacity
        ),
        (0, 0, 0, 0, Some(2))
    );
    assert_eq!((scaled("d", 4), calls()), (4, 1));

    let parameters: CacheParameters = scaled_cache_parameters();
    assert_eq!(
        (
            parameters.capacity,
            parameters.ttl,
            parameters.policy.to_string()
        ),
        (Some(2), None, "lru".to_string())
    );
    scaled_cache().set_capacity(5);
    assert_eq!(scaled_cache_parameters().capacity, Some(5));

    // The helpers are functions like any other, the memoized one too.
    let functions: [fn(&str, u32) -> u32; 3] = [scaled, scaled_uncached, scaled_cache_refresh];
    assert_eq!(functions.map(|f| f("e", 6)), [6, 6, 6]);
    let clear: fn() = scaled_cache_clear;
    clear();
    assert!(scaled_cache().is_empty());
    assert_eq!(["a", "b", "a"].map(|text| scaled(text, 1)), [1, 1, 1]);
    assert_eq!(counts(), (1, 2));
}
