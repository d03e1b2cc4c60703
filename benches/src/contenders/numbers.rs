//! Functions of a `u64`, in sets that differ in capacity and in the type of the value.

/// One set: `$body` behind every contender. A capacity is asked for once per function, so there is
/// a set for each: caches made of shards need room to spare to hold a number of keys for sure.
macro_rules! set {
    ($(#[$doc:meta])* $set:ident, $value:ty, $capacity:tt, $body:path) => {
        $(#[$doc])*
        // The attributes of peers generate public functions that nobody calls here.
        #[allow(dead_code, unreachable_pub, clippy::all)]
        pub(crate) mod $set {
            use crate::contenders::{FIFO, Kind, LIMIT, LRU, THREAD, UNBOUNDED, Visitor};
            use parking_lot::Mutex;
            use std::cell::RefCell;
            use std::collections::HashMap;
            use std::num::NonZeroUsize;
            use std::sync::LazyLock;

            type Value = $value;

            #[memofn::memoize]
            fn memofn_unbounded(key: u64) -> $value {
                $body(key)
            }

            #[memofn::memoize(policy = "fifo", capacity = $capacity)]
            fn memofn_fifo(key: u64) -> $value {
                $body(key)
            }

            #[memofn::memoize(policy = "lru", capacity = $capacity)]
            fn memofn_lru(key: u64) -> $value {
                $body(key)
            }

            #[memofn::memoize(scope = "thread")]
            fn memofn_thread(key: u64) -> $value {
                $body(key)
            }

            #[cached::macros::cached]
            fn cached_unbounded(key: u64) -> $value {
                $body(key)
            }

            #[cached::macros::cached(max_size = $capacity)]
            fn cached_max_size(key: u64) -> $value {
                $body(key)
            }

            #[cached::macros::concurrent_cached]
            fn concurrent_unbounded(key: u64) -> $value {
                $body(key)
            }

            #[cached::macros::concurrent_cached(max_size = $capacity)]
            fn concurrent_max_size(key: u64) -> $value {
                $body(key)
            }

            #[memoize::memoize]
            fn memoize_thread(key: u64) -> $value {
                $body(key)
            }

            #[memoize::memoize(SharedCache)]
            fn memoize_shared(key: u64) -> $value {
                $body(key)
            }

            #[memoize::memoize(SharedCache, Capacity: $capacity)]
            fn memoize_capacity(key: u64) -> $value {
                $body(key)
            }

            fn quick_cache(key: u64) -> $value {
                static CACHE: LazyLock<quick_cache::sync::Cache<u64, Value>> =
                    LazyLock::new(|| quick_cache::sync::Cache::new($capacity));
                match CACHE.get_or_insert_with(&key, || Ok::<_, std::convert::Infallible>($body(key))) {
                    Ok(value) => value,
                    Err(never) => match never {},
                }
            }

            fn moka(key: u64) -> $value {
                static CACHE: LazyLock<moka::sync::Cache<u64, Value>> =
                    LazyLock::new(|| moka::sync::Cache::new($capacity));
                CACHE.get_with(key, || $body(key))
            }

            fn lru(key: u64) -> $value {
                static CACHE: LazyLock<Mutex<lru::LruCache<u64, Value>>> = LazyLock::new(|| {
                    Mutex::new(lru::LruCache::new(NonZeroUsize::new($capacity).expect("not zero")))
                });
                if let Some(value) = CACHE.lock().get(&key) {
                    return value.clone();
                }
                let value = $body(key);
                CACHE.lock().put(key, value.clone());
                value
            }

            fn schnellru(key: u64) -> $value {
                static CACHE: LazyLock<Mutex<schnellru::LruMap<u64, Value>>> = LazyLock::new(|| {
                    Mutex::new(schnellru::LruMap::new(schnellru::ByLength::new($capacity)))
                });
                if let Some(value) = CACHE.lock().get(&key) {
                    return value.clone();
                }
                let value = $body(key);
                CACHE.lock().insert(key, value.clone());
                value
            }

            fn papaya(key: u64) -> $value {
                static MAP: LazyLock<papaya::HashMap<u64, Value, foldhash::fast::RandomState>> =
                    LazyLock::new(papaya::HashMap::default);
                let map = MAP.pin();
                if let Some(value) = map.get(&key) {
                    return value.clone();
                }
                let value = $body(key);
                map.insert(key, value.clone());
                value
            }

            thread_local! {
                // Made of a constant, it needs no lazy check beside the map's own.
                static LOCAL: RefCell<Option<HashMap<u64, Value, foldhash::fast::RandomState>>> =
                    const { RefCell::new(None) };
            }

            fn limit(key: u64) -> $value {
                let stored = LOCAL.with(|local| local.borrow().as_ref()?.get(&key).cloned());
                match stored {
                    Some(value) => value,
                    None => limit_missed(key),
                }
            }

            // Apart, so that the look-up is small enough to become part of the loop.
            #[cold]
            #[inline(never)]
            fn limit_missed(key: u64) -> $value {
                let value = $body(key);
                LOCAL.with(|local| {
                    local.borrow_mut().get_or_insert_default().insert(key, value.clone())
                });
                value
            }

            /// Shows all of them to the visitor.
            pub(crate) fn visit(visitor: &mut impl Visitor<$value>) {
                visitor.contender(UNBOUNDED, Kind::Unbounded, |key| memofn_unbounded(key));
                visitor.contender(FIFO, Kind::Other, |key| memofn_fifo(key));
                visitor.contender(LRU, Kind::Lru, |key| memofn_lru(key));
                visitor.contender(THREAD, Kind::Unbounded, |key| memofn_thread(key));
                visitor.contender(LIMIT, Kind::Unbounded, |key| limit(key));
                visitor.contender("papaya", Kind::Unbounded, |key| papaya(key));
                visitor.contender("#[cached]", Kind::Unbounded, |key| cached_unbounded(key));
                visitor.contender("#[concurrent_cached]", Kind::Unbounded, |key| {
                    concurrent_unbounded(key)
                });
                visitor.contender("memoize", Kind::Unbounded, |key| memoize_thread(key));
                visitor.contender("memoize SharedCache", Kind::Unbounded, |key| {
                    memoize_shared(key)
                });
                visitor.contender("quick_cache", Kind::Other, |key| quick_cache(key));
                visitor.contender("moka", Kind::Other, |key| moka(key));
                visitor.contender("lru + Mutex", Kind::Lru, |key| lru(key));
                visitor.contender("schnellru + Mutex", Kind::Lru, |key| schnellru(key));
                visitor.contender("#[cached(max_size)]", Kind::Lru, |key| cached_max_size(key));
                visitor.contender("#[concurrent_cached(max_size)]", Kind::Lru, |key| {
                    concurrent_max_size(key)
                });
                visitor.contender("memoize SharedCache, Capacity", Kind::Lru, |key| {
                    memoize_capacity(key)
                });
            }
        }
    };
}

set!(
    /// Hits on up to 1,024 keys.
    small, u64, 4096, crate::body::number
);
set!(
    /// Hits on 400,000 keys.
    large, u64, 450_000, crate::body::number
);
set!(
    /// Hits that clone a `String`.
    texts, String, 4096, crate::body::text
);
set!(
    /// Hits that clone an `Arc<str>`.
    arcs, std::sync::Arc<str>, 4096, crate::body::shared
);
set!(
    /// Misses, each of which evicts.
    full, u64, 1024, crate::body::number
);
set!(
    /// Zipf, at the capacity at which LRU finds about half.
    half, u64, 950, crate::body::number
);
set!(
    /// Zipf, at the capacity at which LRU finds about nine of ten.
    most, u64, 43_000, crate::body::number
);
set!(
    /// A million entries, to be weighed.
    million, u64, 1_000_000, crate::body::number
);
