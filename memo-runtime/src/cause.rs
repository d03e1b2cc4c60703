//! Why an entry has left.

use std::fmt;

/// Why an entry has left a cache: what a listener (`on_evict`) is told.
///
/// ```
/// assert_eq!(memofn::Cause::Evicted.to_string(), "evicted");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The policy chose it, to make room.
    Evicted,
    /// Its lifetime was over.
    Expired,
    /// Another value was stored under its key.
    Replaced,
    /// It was taken out by its key, or by `retain`.
    Removed,
    /// The cache was cleared.
    Cleared,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Evicted => "evicted",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
            Self::Removed => "removed",
            Self::Cleared => "cleared",
        })
    }
}
