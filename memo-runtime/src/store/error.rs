//! What goes wrong in a store.

use std::error::Error;
use std::fmt;

/// What kind of failure it was, which decides what comes of it.
///
/// ```
/// use memofn::store::StoreErrorKind;
/// assert!(StoreErrorKind::Timeout.is_out_of_reach());
/// assert!(!StoreErrorKind::Full.is_out_of_reach());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No connection, or one that broke, or that the engine let nobody log in by.
    Unavailable,
    /// No answer in time.
    Timeout,
    /// No room: the engine is full, or the value is too large for it.
    Full,
    /// The engine said no: a missing right, a replica that can only be read, an answer that nobody understands.
    Refused,
}

impl StoreErrorKind {
    /// Does it say that the engine is out of reach? After three such failures in a row it isn't called for a
    /// while. A full or read-only engine still answers.
    ///
    /// ```
    /// use memofn::store::StoreErrorKind;
    /// assert!(StoreErrorKind::Unavailable.is_out_of_reach());
    /// ```
    #[must_use]
    pub fn is_out_of_reach(self) -> bool {
        matches!(self, Self::Unavailable | Self::Timeout)
    }
}

/// A failure of a store. It never reaches who called the memoized function: that is computed, and
/// `CacheInfo::errors` counts.
///
/// ```
/// use memofn::store::{StoreError, StoreErrorKind};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = StoreError::from(refused);
/// assert_eq!(error.kind(), StoreErrorKind::Unavailable);
/// assert_eq!(error.to_string(), "the store can't be reached: connection refused");
/// ```
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    cause: Box<dyn Error + Send + Sync>,
}

impl StoreError {
    /// A failure of this kind. `cause` may be a text; it must hold no password and no value, since it
    /// may be written to a log.
    ///
    /// ```
    /// use memofn::store::{StoreError, StoreErrorKind};
    /// let error = StoreError::new(StoreErrorKind::Full, "maxmemory is reached");
    /// assert_eq!(error.to_string(), "the store has no room: maxmemory is reached");
    /// ```
    pub fn new(kind: StoreErrorKind, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let cause = cause.into();
        Self { kind, cause }
    }

    /// What kind of failure it was.
    ///
    /// ```
    /// use memofn::store::{StoreError, StoreErrorKind};
    /// let error = StoreError::new(StoreErrorKind::Refused, "READONLY");
    /// assert_eq!(error.kind(), StoreErrorKind::Refused);
    /// ```
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            StoreErrorKind::Unavailable => "the store can't be reached",
            StoreErrorKind::Timeout => "the store gave no answer in time",
            StoreErrorKind::Full => "the store has no room",
            StoreErrorKind::Refused => "the store refused",
        };
        write!(f, "{what}: {}", self.cause)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.cause)
    }
}

/// By the kind of the I/O error: what has no other name is out of reach.
impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let kind = match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => StoreErrorKind::Timeout,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                StoreErrorKind::Full
            }
            ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::InvalidData
            | ErrorKind::InvalidInput => StoreErrorKind::Refused,
            _ => StoreErrorKind::Unavailable,
        };
        Self::new(kind, error)
    }
}
