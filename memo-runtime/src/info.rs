//! What a cache tells about itself.

use crate::policy::Policy;
use std::fmt;
use std::time::Duration;

/// Statistics of a cache, as `functools`' `cache_info()`.
///
/// ```
/// use memofn::memoize;
///
/// #[memoize(policy = "lru", capacity = 128)]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// square(3);
/// square(3);
/// let info = square_cache_info();
/// assert_eq!((info.hits, info.misses, info.len), (1, 1, 1));
/// assert_eq!(info.hit_ratio(), 0.5);
/// assert!(info.to_string().starts_with("hits=1 misses=1 capacity=128 len=1"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheInfo {
    /// Calls that were answered without running the body.
    pub hits: u64,
    /// Calls that ran the body, those that panicked included. A `refresh` is not counted.
    pub misses: u64,
    /// Hits that waited for another call's computation.
    pub coalesced: u64,
    /// Entries that left to make room.
    pub evictions: u64,
    /// Entries that left because their time was over.
    pub expirations: u64,
    /// `Err` results of counted calls; and what a store failed to do, or held in place of a result.
    pub errors: u64,
    /// Entries stored and not expired, and those that `stale_if_error` keeps.
    pub len: usize,
    /// Most entries; `None`: no bound on their number.
    pub capacity: Option<usize>,
    /// Sum of the entries' weights; 0 without `max_weight`.
    pub weight: u64,
    /// Bound on the sum of weights.
    pub max_weight: Option<u64>,
    /// Time spent in bodies that returned; a body inside another one counts in both. Where bodies
    /// take less than a microsecond it is estimated: one in 16, drawn at random, is measured.
    pub compute_time: Duration,
}

impl CacheInfo {
    /// The share of calls that were hits; 0.0 before any call.
    ///
    /// ```
    /// assert_eq!(memofn::Cache::<u8, u8>::new(1).info().hit_ratio(), 0.0);
    /// ```
    #[must_use]
    pub fn hit_ratio(&self) -> f64 {
        match self.hits + self.misses {
            0 => 0.0,
            calls => self.hits as f64 / calls as f64,
        }
    }
}

/// `hits=… misses=… capacity=… len=…`, and of the rest what isn't zero.
impl fmt::Display for CacheInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hits={} misses={}", self.hits, self.misses)?;
        match self.capacity {
            Some(capacity) => write!(f, " capacity={capacity}")?,
            None => write!(f, " capacity=none")?,
        }
        write!(f, " len={}", self.len)?;
        let rest = [
            ("coalesced", self.coalesced),
            ("evictions", self.evictions),
            ("expirations", self.expirations),
            ("errors", self.errors),
            ("weight", self.weight),
            ("max_weight", self.max_weight.unwrap_or(0)),
        ];
        for (name, count) in rest.into_iter().filter(|&(_, count)| count > 0) {
            write!(f, " {name}={count}")?;
        }
        if self.compute_time > Duration::ZERO {
            write!(f, " compute_time={:.1?}", self.compute_time)?;
        }
        Ok(())
    }
}

/// The settings of a cache as in force, as `functools`' `cache_parameters()`.
///
/// ```
/// use memofn::{Policy, memoize};
/// use std::time::Duration;
///
/// #[memoize(policy = "lfu", ttl = "30s")]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// let parameters = square_cache_parameters();
/// assert_eq!(parameters.policy, Policy::Lfu);
/// assert_eq!(parameters.capacity, Some(128)); // as `lru_cache()`
/// assert_eq!(parameters.ttl, Some(Duration::from_secs(30)));
/// assert_eq!(parameters.to_string(), "policy=lfu capacity=128 ttl=30s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CacheParameters {
    /// Which entry leaves when the cache is full.
    pub policy: Policy,
    /// Most entries.
    pub capacity: Option<usize>,
    /// Bound on the sum of weights.
    pub max_weight: Option<u64>,
    /// An entry expires this long after it was stored.
    pub ttl: Option<Duration>,
    /// An entry expires this long after it was last used.
    pub tti: Option<Duration>,
    /// The largest share by which a `ttl` is shortened: 0.1 is 10 %.
    pub jitter: f64,
    /// An `Err` expires this long after it was stored.
    pub err_ttl: Option<Duration>,
    /// A `None` expires this long after it was stored.
    pub none_ttl: Option<Duration>,
    /// An `Ok` that has expired stands in for an `Err` this long.
    pub stale_if_error: Option<Duration>,
    /// Past this age a value is computed again in the background.
    pub refresh_after: Option<Duration>,
    /// With a store: results are kept in this process for this long, before it is asked. `None`: not at all.
    pub local_ttl: Option<Duration>,
}

/// Of a cache that isn't made yet.
impl Default for CacheParameters {
    fn default() -> Self {
        Self {
            policy: Policy::Unbounded,
            capacity: None,
            max_weight: None,
            ttl: None,
            tti: None,
            jitter: 0.0,
            err_ttl: None,
            none_ttl: None,
            stale_if_error: None,
            refresh_after: None,
            local_ttl: None,
        }
    }
}

/// What is set, as `name=value`.
impl fmt::Display for CacheParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy={}", self.policy)?;
        if let Some(capacity) = self.capacity {
            write!(f, " capacity={capacity}")?;
        }
        if let Some(max_weight) = self.max_weight {
            write!(f, " max_weight={max_weight}")?;
        }
        if let Some(ttl) = self.ttl {
            write!(f, " ttl={ttl:?}")?;
        }
        if let Some(tti) = self.tti {
            write!(f, " tti={tti:?}")?;
        }
        if self.jitter > 0.0 {
            write!(f, " jitter={}%", self.jitter * 100.0)?;
        }
        let durations = [
            ("err_ttl", self.err_ttl),
            ("none_ttl", self.none_ttl),
            ("stale_if_error", self.stale_if_error),
            ("refresh_after", self.refresh_after),
            ("local_ttl", self.local_ttl),
        ];
        for (name, duration) in durations {
            if let Some(duration) = duration {
                write!(f, " {name}={duration:?}")?;
            }
        }
        Ok(())
    }
}
