#![doc = include_str!("../README.md")]

pub use memo_macros::memoize;
#[cfg(feature = "metrics")]
pub use memo_runtime::metrics;
#[cfg(feature = "store")]
pub use memo_runtime::store;
#[cfg(feature = "test-util")]
pub use memo_runtime::testing;
#[cfg(feature = "tracing")]
pub use memo_runtime::tracing;
pub use memo_runtime::{
    Cache, CacheBuilder, CacheHandle, CacheInfo, CacheParameters, Cause, DefaultHasher, Local,
    LocalCache, LookUp, Policy, Scope, Shared, UnknownPolicy, Weight, caches, clear_all, weight_of,
};
#[cfg(feature = "record")]
pub use memo_runtime::{Recorded, Recording};

#[doc(hidden)]
pub mod __private {
    pub use memo_runtime::private::*;
}

/// How it works, by question: a chapter for each.
///
/// | question | chapter |
/// |---|---|
/// | What is the key? References, floats, `skip` and `key`, methods, traits, generics | [`keys`] |
/// | What is stored, and what about errors? | [`values`] |
/// | How large does a cache get, and what leaves? | [`policies`] |
/// | Which policy and capacity suit my function? | [`choosing`] |
/// | How long does a result hold? | [`time`] |
/// | What happens with many threads, and with async? | [`threads`] |
/// | How do I test code that memoizes? | [`testing`](mod@guide::testing) |
/// | Results for several processes: memcached and Hazelcast | [`memcached`](mod@guide::memcached) |
/// | Results for the next run | [`disk`](mod@guide::disk) |
/// | Is my cache any good? Statistics, Prometheus, events | [`observing`] |
/// | How do several processes share results? With the feature `store` | `stores` |
/// | … in Redis? With the feature `redis` | `redis` |
///
/// [`keys`]: mod@guide::keys
/// [`values`]: mod@guide::values
/// [`policies`]: mod@guide::policies
/// [`choosing`]: mod@guide::choosing
/// [`time`]: mod@guide::time
/// [`threads`]: mod@guide::threads
/// [`observing`]: mod@guide::observing
// Text only: no build has it.
#[cfg(any(doc, doctest))]
pub mod guide {
    #[doc = include_str!("../docs/keys.md")]
    pub mod keys {}
    #[doc = include_str!("../docs/values.md")]
    pub mod values {}
    #[doc = include_str!("../docs/policies.md")]
    pub mod policies {}
    #[doc = include_str!("../docs/choosing.md")]
    pub mod choosing {}
    #[doc = include_str!("../docs/adaptive.md")]
    pub mod adaptive {}
    #[doc = include_str!("../docs/time.md")]
    pub mod time {}
    #[doc = include_str!("../docs/threads.md")]
    pub mod threads {}
    #[doc = include_str!("../docs/testing.md")]
    pub mod testing {}
    #[doc = include_str!("../docs/observing.md")]
    pub mod observing {}
    #[doc = include_str!("../docs/memcached.md")]
    pub mod memcached {}
    #[doc = include_str!("../docs/disk.md")]
    pub mod disk {}
    #[cfg(all(feature = "store", any(feature = "test-util", doc)))]
    #[doc = include_str!("../docs/stores.md")]
    pub mod stores {}
    #[cfg(feature = "redis")]
    #[doc = include_str!("../docs/redis.md")]
    pub mod redis {}
}
