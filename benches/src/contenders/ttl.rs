//! Functions of a `u64` whose results live for an hour: hits have to look at the clock.

// The attributes of peers generate public functions that nobody calls here.
#![allow(dead_code, unreachable_pub, clippy::all)]

use super::{Kind, LRU_TTL, TTL, Visitor};
use crate::body::number;
use std::sync::LazyLock;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

#[memofn::memoize(ttl = "1h")]
fn memofn_unbounded(key: u64) -> u64 {
    number(key)
}

#[memofn::memoize(policy = "lru", capacity = 4096, ttl = "1h")]
fn memofn_lru(key: u64) -> u64 {
    number(key)
}

#[cached::macros::cached(ttl_secs = 3600)]
fn cached_unbounded(key: u64) -> u64 {
    number(key)
}

#[cached::macros::cached(max_size = 4096, ttl_secs = 3600)]
fn cached_max_size(key: u64) -> u64 {
    number(key)
}

#[cached::macros::concurrent_cached(ttl_secs = 3600)]
fn concurrent_unbounded(key: u64) -> u64 {
    number(key)
}

#[cached::macros::concurrent_cached(max_size = 4096, ttl_secs = 3600)]
fn concurrent_max_size(key: u64) -> u64 {
    number(key)
}

#[memoize::memoize(SharedCache, TimeToLive: HOUR)]
fn memoize_unbounded(key: u64) -> u64 {
    number(key)
}

#[memoize::memoize(SharedCache, Capacity: 4096, TimeToLive: HOUR)]
fn memoize_capacity(key: u64) -> u64 {
    number(key)
}

fn moka(key: u64) -> u64 {
    static CACHE: LazyLock<moka::sync::Cache<u64, u64>> = LazyLock::new(|| {
        moka::sync::Cache::builder()
            .max_capacity(4096)
            .time_to_live(HOUR)
            .build()
    });
    CACHE.get_with(key, || number(key))
}

/// Shows all of them to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor<u64>) {
    use Kind::{LruTtl, UnboundedTtl};
    visitor.contender(TTL, UnboundedTtl, |key| memofn_unbounded(key));
    visitor.contender(LRU_TTL, LruTtl, |key| memofn_lru(key));
    visitor.contender("#[cached(ttl)]", UnboundedTtl, |key| cached_unbounded(key));
    visitor.contender("#[concurrent_cached(ttl)]", UnboundedTtl, |key| {
        concurrent_unbounded(key)
    });
    visitor.contender("memoize SharedCache, TimeToLive", UnboundedTtl, |key| {
        memoize_unbounded(key)
    });
    visitor.contender("#[cached(max_size, ttl)]", LruTtl, |key| {
        cached_max_size(key)
    });
    visitor.contender("#[concurrent_cached(max_size, ttl)]", LruTtl, |key| {
        concurrent_max_size(key)
    });
    visitor.contender("memoize SharedCache, Capacity, TimeToLive", LruTtl, |key| {
        memoize_capacity(key)
    });
    visitor.contender("moka, time_to_live", LruTtl, |key| moka(key));
}
