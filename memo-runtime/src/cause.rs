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

impl Cause {
    /// As an entry has it in its column: 0 for what is cleared, which need not write it.
    pub(crate) fn code(self) -> u64 {
        match self {
            Self::Cleared => 0,
            Self::Evicted => 1,
            Self::Expired => 2,
            Self::Replaced => 3,
            Self::Removed => 4,
        }
    }

    pub(crate) fn of(code: u64) -> Self {
        match code {
            1 => Self::Evicted,
            2 => Self::Expired,
            3 => Self::Replaced,
            4 => Self::Removed,
            _ => Self::Cleared,
        }
    }
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
