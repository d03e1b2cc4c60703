//! Each policy, with the entry that it lets go.
#![deny(warnings, unused)]
use memofn::{Policy, memoize};

#[memoize(policy = "unbounded")]
fn unbounded(n: u32) -> u32 {
    n
}

#[memoize(policy = "lru", capacity = 2)]
fn lru(n: u32) -> u32 {
    n
}

#[memoize(policy = "lfu", capacity = 2)]
fn lfu(n: u32) -> u32 {
    n
}

#[memoize(policy = "fifo", capacity = 2)]
fn fifo(n: u32) -> u32 {
    n
}

#[memoize(policy = "random", capacity = 2)]
fn random(n: u32) -> u32 {
    n
}

#[memoize(policy = "size", max_weight = 10, weight = |n, _| (*n).into())]
fn size(n: u32) -> u32 {
    n
}

#[memoize(policy = "size", max_weight = 100, capacity = 2, weight = |n, _| u64::from(*n))]
fn size_and_capacity(n: u32) -> u32 {
    n
}

#[memoize(policy = "sieve", capacity = 2)]
fn sieve(n: u32) -> u32 {
    n
}

#[memoize(policy = "s3-fifo", capacity = 3)]
fn s3_fifo(n: u32) -> u32 {
    n
}

#[memoize(policy = "w-tinylfu", capacity = 2)]
fn w_tinylfu(n: u32) -> u32 {
    n
}

#[memoize(policy = "adaptive", capacity = 4)]
fn adaptive(n: u32) -> u32 {
    n
}

pub(crate) fn main() {
    for n in 0..1000 {
        assert_eq!(unbounded(n), n);
    }
    assert_eq!(
        (unbounded_cache_info().len, unbounded_cache_info().capacity),
        (1000, None)
    );
    assert_eq!(unbounded_cache_parameters().policy, Policy::Unbounded);

    // 1 is used after 2 was stored, so 2 leaves.
    assert_eq!((lru(1), lru(2), lru(1), lru(3)), (1, 2, 1, 3));
    assert_eq!(
        (lru_cache_get(1), lru_cache_get(2), lru_cache_get(3)),
        (Some(1), None, Some(3))
    );
    assert_eq!(
        (
            lru_cache_info().hits,
            lru_cache_info().misses,
            lru_cache_info().evictions
        ),
        (1, 3, 1)
    );

    // 1 is used three times, 2 twice and later.
    assert_eq!(
        (lfu(1), lfu(1), lfu(1), lfu(2), lfu(2), lfu(3)),
        (1, 1, 1, 2, 2, 3)
    );
    assert_eq!(
        (lfu_cache_get(1), lfu_cache_get(2), lfu_cache_get(3)),
        (Some(1), None, Some(3))
    );

    // 1 was stored first, however often it was used.
    assert_eq!(
        (fifo(1), fifo(2), fifo(1), fifo(1), fifo(3)),
        (1, 2, 1, 1, 3)
    );
    assert_eq!(
        (fifo_cache_get(1), fifo_cache_get(2), fifo_cache_get(3)),
        (None, Some(2), Some(3))
    );

    assert_eq!((random(1), random(2), random(3)), (1, 2, 3));
    assert_eq!((random_cache_info().len, random_cache_get(3)), (2, Some(3)));

    // The largest leaves, never the entry just stored.
    assert_eq!((size(2), size(5), size(3), size(4)), (2, 5, 3, 4));
    assert_eq!(
        (
            size_cache_get(2),
            size_cache_get(5),
            size_cache_get(3),
            size_cache_get(4)
        ),
        (Some(2), None, Some(3), Some(4))
    );
    assert_eq!(
        (size_cache_info().weight, size_cache_info().evictions),
        (9, 1)
    );
    assert_eq!(
        (
            size_and_capacity(1),
            size_and_capacity(2),
            size_and_capacity(50)
        ),
        (1, 2, 50)
    );
    assert_eq!(
        (
            size_and_capacity_cache_get(1),
            size_and_capacity_cache_get(2)
        ),
        (Some(1), None)
    );
    assert_eq!(size_and_capacity_cache_get(50), Some(50));
    assert_eq!(size_and_capacity_cache_parameters().policy, Policy::Size);

    // 1 was used, and is passed over once.
    assert_eq!((sieve(1), sieve(2), sieve(1), sieve(3)), (1, 2, 1, 3));
    assert_eq!(
        (sieve_cache_get(1), sieve_cache_get(2), sieve_cache_get(3)),
        (Some(1), None, Some(3))
    );
    assert_eq!(sieve_cache_parameters().policy, Policy::Sieve);

    // 1 was used twice, so 2 leaves; when that comes again it is known, and 3 leaves.
    for n in [1, 1, 1, 2, 3, 4, 2] {
        assert_eq!(s3_fifo(n), n);
    }
    assert_eq!(
        [1, 2, 3, 4].map(s3_fifo_cache_get),
        [Some(1), Some(2), None, Some(4)]
    );
    assert_eq!(s3_fifo_cache_parameters().policy, Policy::S3Fifo);

    // 1 is used often: none of those that come once takes its place.
    for n in [1, 1, 1, 2, 3, 4, 5] {
        assert_eq!(w_tinylfu(n), n);
    }
    assert_eq!(
        [1, 4, 5].map(w_tinylfu_cache_get),
        [Some(1), None, Some(5)]
    );
    assert_eq!(w_tinylfu_cache_parameters().policy, Policy::WTinyLfu);

    // A loop over one more than there is room for: all but one are hits, where "lru" would have none.
    for n in (0..5).cycle().take(500) {
        assert_eq!(adaptive(n), n);
    }
    assert!(adaptive_cache_info().hits > 250);
    assert_eq!(adaptive_cache_parameters().policy, Policy::Adaptive);
}
