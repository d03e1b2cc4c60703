//! The encoding of arguments and results: MessagePack with named fields, as other languages read it.
//!
//! One of our own, since it has to hold more than others promise. *Nothing that is read can harm*: the
//! depth is bounded whatever the type is (a type that contains itself makes others overflow the
//! stack), no length is believed that the bytes don't bear out, all of them have to be used up, and a
//! number is only read as its own kind. *Different values have different bytes*: `Some(None)` isn't
//! `None`, nor is `Some(())`. And maps can be *sorted*, so that equal arguments have equal bytes in every
//! process and language.
//!
//! Where both can say it, the bytes are those of `rmp_serde::to_vec_named`. What differs: `Some` of
//! something that begins with a nil is an extension of type [`SOME`] around it.

mod head;
mod parts;
mod read;
mod write;

pub(crate) use read::from_slice;
pub(crate) use write::{Order, to_vec};

use std::fmt;

/// Deepest nesting, of `Some` and newtypes as well.
const DEEPEST: usize = 128;
/// The type of the extension that a `Some` is where its content might be taken for a `None`.
const SOME: u8 = 1;

/// Bytes that are no such value, or a value that has no such bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PackError(Problem);

#[derive(Debug, PartialEq, Eq)]
enum Problem {
    /// More is announced than there is.
    Short,
    /// Something is left.
    Long,
    Deep,
    /// Not what the type has here.
    Other,
    Text(String),
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Problem::Short => "the bytes end too early",
            Problem::Long => "there are bytes behind the end",
            Problem::Deep => "nested more than 128 deep",
            Problem::Other => "something else than the type has here",
            Problem::Text(text) => text,
        })
    }
}

impl std::error::Error for PackError {}

impl serde::ser::Error for PackError {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(Problem::Text(text.to_string()))
    }
}

impl serde::de::Error for PackError {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self(Problem::Text(text.to_string()))
    }
}

#[cfg(test)]
mod tests;
