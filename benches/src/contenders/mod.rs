//! The functions that are measured: memofn's and its peers', each in the shape in which it is used.
//!
//! The attributes stand on functions. What is no attribute is a static behind a function of the
//! same shape: look the key up, give a clone of the value, else compute and store. All peers have
//! their own default hasher; `papaya` and the limit have foldhash, as memofn does.

pub(crate) mod numbers;
pub(crate) mod shapes;
pub(crate) mod strings;
pub(crate) mod ttl;

/// What bounds a contender, which decides the works it takes part in and what it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Keeps everything.
    Unbounded,
    /// Keeps everything, for an hour.
    UnboundedTtl,
    /// Evicts the least recently used.
    Lru,
    /// Evicts the least recently used, keeps nothing longer than an hour.
    LruTtl,
    /// Evicts by a policy of its own.
    Other,
}

impl Kind {
    /// Whether calls with ever new keys leave its size as it is.
    pub(crate) fn bounded(self) -> bool {
        matches!(self, Self::Lru | Self::LruTtl | Self::Other)
    }
}

/// The names by which results refer to memofn's own.
pub(crate) const UNBOUNDED: &str = "memofn unbounded";
pub(crate) const FIFO: &str = "memofn fifo";
pub(crate) const LRU: &str = "memofn lru";
pub(crate) const TTL: &str = "memofn ttl";
pub(crate) const LRU_TTL: &str = "memofn lru, ttl";
pub(crate) const THREAD: &str = "memofn thread scope";
pub(crate) const GENERIC: &str = "memofn generic";
pub(crate) const GENERIC_THREAD: &str = "memofn generic, thread scope";
/// The limit.
pub(crate) const LIMIT: &str = "HashMap in a thread_local";

/// Receives the contenders of a set, each with its own type, so that calls are direct.
/// Every call takes a number; for other keys the set maps it to one.
pub(crate) trait Visitor<V> {
    fn contender(
        &mut self,
        name: &'static str,
        kind: Kind,
        call: impl Fn(u64) -> V + Copy + Send + Sync + 'static,
    );
}
