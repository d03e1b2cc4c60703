//! What ends a run early, and the exit code that tells it.

use std::fmt;
use std::io;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why there is no result.
#[derive(Debug)]
pub(crate) enum Error {
    /// The command is wrong: 2.
    Usage(String),
    /// What it names can't be read or written: 1.
    Input(String),
    /// Nobody reads the output any more: no failure.
    Closed,
}

impl Error {
    /// Something is wrong in a file, at a place in it (`line 3`, `byte 16`).
    pub(crate) fn at(name: &str, place: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::Input(format!("{name}: {place}: {reason}"))
    }

    /// Something is wrong with a file as a whole.
    pub(crate) fn file(name: &str, reason: impl fmt::Display) -> Self {
        Self::Input(format!("{name}: {reason}"))
    }

    /// The standard output can't be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Input(format!("standard output: {error}"))
        }
    }

    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Input(_) => 1,
            Self::Closed => 0,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Input(text) => f.write_str(text),
            Self::Closed => f.write_str("nobody reads the output"),
        }
    }
}
