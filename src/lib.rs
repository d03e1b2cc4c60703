#![doc = include_str!("../README.md")]

pub use memo_macros::memoize;
#[cfg(feature = "metrics")]
pub use memo_runtime::metrics;
#[cfg(feature = "test-util")]
pub use memo_runtime::testing;
#[cfg(feature = "tracing")]
pub use memo_runtime::tracing;
pub use memo_runtime::{
    Cache, CacheBuilder, CacheHandle, CacheInfo, CacheParameters, Cause, DefaultHasher, Local,
    LocalCache, LookUp, Policy, Scope, Shared, UnknownPolicy, Weight, caches, clear_all, weight_of,
};

#[doc(hidden)]
pub mod __private {
    pub use memo_runtime::private::*;
}
