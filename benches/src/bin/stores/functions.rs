//! The functions that are measured. None of their bodies may run once the stores are filled.

// The attributes of peers generate public functions that nobody calls here.
#![allow(dead_code, unreachable_pub, clippy::all)]

use memofn::memoize;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
static BODIES: AtomicU64 = AtomicU64::new(0);

/// How many bodies have run so far.
pub(crate) fn bodies() -> u64 {
    BODIES.load(Relaxed)
}

fn number(key: u64) -> u64 {
    BODIES.fetch_add(1, Relaxed);
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// 100 bytes.
fn text(key: u64) -> String {
    format!("{:0>100}", number(key))
}

#[memoize(policy = "lru", capacity = 4096, ttl = "1h")]
pub(crate) fn plain(key: u64) -> u64 {
    number(key)
}

#[memoize(
    store = "redis",
    ttl = "1h",
    local(policy = "lru", capacity = 4096, ttl = "1h")
)]
pub(crate) fn local(key: u64) -> u64 {
    number(key)
}

#[memoize(store = "redis", ttl = "1h", name = "redis")]
pub(crate) fn redis(key: u64) -> String {
    text(key)
}

#[memoize(store = "redis", ttl = "1h", name = "redis, async")]
pub(crate) async fn redis_async(key: u64) -> String {
    text(key)
}

#[memoize(store = "memcached", ttl = "1h", name = "memcached")]
pub(crate) fn memcached(key: u64) -> String {
    text(key)
}

#[memoize(store = "disk", ttl = "1h", name = "disk")]
pub(crate) fn disk(key: u64) -> String {
    text(key)
}

/// Where `cached` finds what it needs.
pub(crate) static REDIS_URL: OnceLock<String> = OnceLock::new();
pub(crate) static FOLDER: OnceLock<std::path::PathBuf> = OnceLock::new();

fn redis_url() -> &'static str {
    REDIS_URL.get().expect("set before the first call")
}

#[cached::macros::concurrent_cached(
    map_error = |error| error.to_string(),
    ty = "cached::RedisCache<u64, String>",
    create = r##"{
        cached::RedisCache::builder("redis")
            .ttl(HOUR).connection_string(redis_url()).build().expect("a server")
    }"##
)]
pub(crate) fn cached_redis(key: u64) -> Result<String, String> {
    Ok(text(key))
}

#[cached::macros::concurrent_cached(
    map_error = |error| error.to_string(),
    ty = "cached::AsyncRedisCache<u64, String>",
    create = r##"{
        cached::AsyncRedisCache::builder("redis_async")
            .ttl(HOUR).connection_string(redis_url()).build().await.expect("a server")
    }"##
)]
pub(crate) async fn cached_redis_async(key: u64) -> Result<String, String> {
    Ok(text(key))
}

#[cached::macros::concurrent_cached(
    map_error = |error| error.to_string(),
    ty = "cached::RedbCache<u64, String>",
    create = r##"{
        cached::RedbCache::builder("disk").ttl(HOUR).durable(false)
            .disk_dir(FOLDER.get().expect("set before the first call")).build().expect("a file")
    }"##
)]
pub(crate) fn cached_disk(key: u64) -> Result<String, String> {
    Ok(text(key))
}
