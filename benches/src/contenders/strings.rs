//! Functions of a `&str`.

// The attributes of peers generate public functions that nobody calls here.
#![allow(dead_code, unreachable_pub, clippy::all)]

use super::{FIFO, Kind, LIMIT, LRU, UNBOUNDED, Visitor};
use crate::body::length;
use parking_lot::Mutex;
use std::cell::RefCell;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::LazyLock;

const CAPACITY: usize = 4096;

#[memofn::memoize]
fn memofn_unbounded(key: &str) -> u64 {
    length(key)
}

#[memofn::memoize(policy = "fifo", capacity = CAPACITY)]
fn memofn_fifo(key: &str) -> u64 {
    length(key)
}

#[memofn::memoize(policy = "lru", capacity = CAPACITY)]
fn memofn_lru(key: &str) -> u64 {
    length(key)
}

#[cached::macros::cached]
fn cached_unbounded(key: &str) -> u64 {
    length(key)
}

#[cached::macros::cached(max_size = 4096)]
fn cached_max_size(key: &str) -> u64 {
    length(key)
}

#[cached::macros::concurrent_cached]
fn concurrent_unbounded(key: &str) -> u64 {
    length(key)
}

#[cached::macros::concurrent_cached(max_size = 4096)]
fn concurrent_max_size(key: &str) -> u64 {
    length(key)
}

// `memoize` takes no references: its callers make a `String`.
#[memoize::memoize(SharedCache)]
fn memoize_shared(key: String) -> u64 {
    length(&key)
}

#[memoize::memoize(SharedCache, Capacity: 4096)]
fn memoize_capacity(key: String) -> u64 {
    length(&key)
}

fn quick_cache(key: &str) -> u64 {
    static CACHE: LazyLock<quick_cache::sync::Cache<String, u64>> =
        LazyLock::new(|| quick_cache::sync::Cache::new(CAPACITY));
    match CACHE.get_or_insert_with(key, || Ok::<_, std::convert::Infallible>(length(key))) {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn moka(key: &str) -> u64 {
    static CACHE: LazyLock<moka::sync::Cache<String, u64>> =
        LazyLock::new(|| moka::sync::Cache::new(CAPACITY as u64));
    CACHE.get_with_by_ref(key, || length(key))
}

fn lru(key: &str) -> u64 {
    static CACHE: LazyLock<Mutex<lru::LruCache<String, u64>>> = LazyLock::new(|| {
        let capacity = NonZeroUsize::new(CAPACITY).expect("not zero");
        Mutex::new(lru::LruCache::new(capacity))
    });
    if let Some(value) = CACHE.lock().get(key) {
        return *value;
    }
    let value = length(key);
    CACHE.lock().put(key.to_owned(), value);
    value
}

fn schnellru(key: &str) -> u64 {
    static CACHE: LazyLock<Mutex<schnellru::LruMap<String, u64>>> = LazyLock::new(|| {
        let limit = schnellru::ByLength::new(CAPACITY as u32);
        Mutex::new(schnellru::LruMap::new(limit))
    });
    if let Some(value) = CACHE.lock().get(key) {
        return *value;
    }
    let value = length(key);
    CACHE.lock().insert(key.to_owned(), value);
    value
}

fn papaya(key: &str) -> u64 {
    static MAP: LazyLock<papaya::HashMap<String, u64, foldhash::fast::RandomState>> =
        LazyLock::new(papaya::HashMap::default);
    let map = MAP.pin();
    if let Some(value) = map.get(key) {
        return *value;
    }
    let value = length(key);
    map.insert(key.to_owned(), value);
    value
}

thread_local! {
    // Made of a constant, it needs no lazy check beside the map's own.
    static LOCAL: RefCell<Option<HashMap<String, u64, foldhash::fast::RandomState>>> =
        const { RefCell::new(None) };
}

fn limit(key: &str) -> u64 {
    let stored = LOCAL.with(|local| local.borrow().as_ref()?.get(key).copied());
    stored.unwrap_or_else(|| limit_missed(key))
}

// Apart, so that the look-up is small enough to become part of the loop.
#[cold]
#[inline(never)]
fn limit_missed(key: &str) -> u64 {
    let value = length(key);
    LOCAL.with(|local| {
        let mut local = local.borrow_mut();
        local.get_or_insert_default().insert(key.to_owned(), value)
    });
    value
}

/// Shows all of them to the visitor; a number stands for one of the names.
pub(crate) fn visit(visitor: &mut impl Visitor<u64>) {
    use Kind::{Lru, Other, Unbounded};
    let names: &'static [String] = names();
    let name = move |key: u64| names[key as usize].as_str();
    visitor.contender(UNBOUNDED, Unbounded, move |key| memofn_unbounded(name(key)));
    visitor.contender(FIFO, Other, move |key| memofn_fifo(name(key)));
    visitor.contender(LRU, Lru, move |key| memofn_lru(name(key)));
    visitor.contender(LIMIT, Unbounded, move |key| limit(name(key)));
    visitor.contender("papaya", Unbounded, move |key| papaya(name(key)));
    visitor.contender("#[cached]", Unbounded, move |key| {
        cached_unbounded(name(key))
    });
    visitor.contender("#[concurrent_cached]", Unbounded, move |key| {
        concurrent_unbounded(name(key))
    });
    visitor.contender("memoize SharedCache", Unbounded, move |key| {
        memoize_shared(name(key).to_owned())
    });
    visitor.contender("quick_cache", Other, move |key| quick_cache(name(key)));
    visitor.contender("moka", Other, move |key| moka(name(key)));
    visitor.contender("lru + Mutex", Lru, move |key| lru(name(key)));
    visitor.contender("schnellru + Mutex", Lru, move |key| schnellru(name(key)));
    visitor.contender("#[cached(max_size)]", Lru, move |key| {
        cached_max_size(name(key))
    });
    visitor.contender("#[concurrent_cached(max_size)]", Lru, move |key| {
        concurrent_max_size(name(key))
    });
    visitor.contender("memoize SharedCache, Capacity", Lru, move |key| {
        memoize_capacity(name(key).to_owned())
    });
}

/// 1,024 names of 26 bytes.
fn names() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        (0..1024u64)
            .map(|n| {
                let id = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
                format!("customer/{id:016x}x")
            })
            .collect()
    });
    &NAMES
}
