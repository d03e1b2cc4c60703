//! What stands before a value, and says what it is.

use super::{PackError, Problem, SOME};

pub(super) struct Reader<'b> {
    pub(super) rest: &'b [u8],
    pub(super) depth: usize,
}

/// What stands before a value.
pub(super) enum Head<'b> {
    Nil,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    F32(f32),
    F64(f64),
    Text(&'b str),
    Bytes(&'b [u8]),
    Array(usize),
    Map(usize),
    /// The content of a `Some`.
    Some(&'b [u8]),
}

pub(super) fn err<T>(problem: Problem) -> Result<T, PackError> {
    Err(PackError(problem))
}

impl<'b> Reader<'b> {
    pub(super) fn end(&self) -> Result<(), PackError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            err(Problem::Long)
        }
    }

    fn take(&mut self, len: usize) -> Result<&'b [u8], PackError> {
        match self.rest.split_at_checked(len) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => err(Problem::Short),
        }
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], PackError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| PackError(Problem::Short))
    }

    fn length<const N: usize>(&mut self) -> Result<usize, PackError> {
        let bytes = self.bytes::<N>()?;
        Ok(bytes
            .iter()
            .fold(0, |all, byte| all << 8 | usize::from(*byte)))
    }

    fn text(&mut self, len: usize) -> Result<Head<'b>, PackError> {
        let text = std::str::from_utf8(self.take(len)?);
        text.map(Head::Text).map_err(|_| PackError(Problem::Other))
    }

    /// A number of elements: each takes `least` bytes at least.
    fn count(&self, count: usize, least: usize) -> Result<usize, PackError> {
        if count > self.rest.len() / least {
            return err(Problem::Short);
        }
        Ok(count)
    }

    fn array(&self, count: usize) -> Result<Head<'b>, PackError> {
        self.count(count, 1).map(Head::Array)
    }

    fn map(&self, count: usize) -> Result<Head<'b>, PackError> {
        self.count(count, 2).map(Head::Map)
    }

    fn some(&mut self, len: usize) -> Result<Head<'b>, PackError> {
        if self.bytes::<1>()? != [SOME] {
            return err(Problem::Other);
        }
        self.take(len).map(Head::Some)
    }

    pub(super) fn head(&mut self) -> Result<Head<'b>, PackError> {
        let [marker] = self.bytes()?;
        Ok(match marker {
            0x00..=0x7f => Head::Unsigned(marker.into()),
            0x80..=0x8f => self.map((marker & 0x0f).into())?,
            0x90..=0x9f => self.array((marker & 0x0f).into())?,
            0xa0..=0xbf => self.text((marker & 0x1f).into())?,
            0xc0 => Head::Nil,
            0xc2 => Head::Bool(false),
            0xc3 => Head::Bool(true),
            0xc4 => {
                let len = self.length::<1>()?;
                Head::Bytes(self.take(len)?)
            }
            0xc5 => {
                let len = self.length::<2>()?;
                Head::Bytes(self.take(len)?)
            }
            0xc6 => {
                let len = self.length::<4>()?;
                Head::Bytes(self.take(len)?)
            }
            0xc7 => {
                let len = self.length::<1>()?;
                self.some(len)?
            }
            0xc8 => {
                let len = self.length::<2>()?;
                self.some(len)?
            }
            0xca => Head::F32(f32::from_be_bytes(self.bytes()?)),
            0xcb => Head::F64(f64::from_be_bytes(self.bytes()?)),
            0xcc => Head::Unsigned(u8::from_be_bytes(self.bytes()?).into()),
            0xcd => Head::Unsigned(u16::from_be_bytes(self.bytes()?).into()),
            0xce => Head::Unsigned(u32::from_be_bytes(self.bytes()?).into()),
            0xcf => Head::Unsigned(u64::from_be_bytes(self.bytes()?)),
            0xd0 => Head::Signed(i8::from_be_bytes(self.bytes()?).into()),
            0xd1 => Head::Signed(i16::from_be_bytes(self.bytes()?).into()),
            0xd2 => Head::Signed(i32::from_be_bytes(self.bytes()?).into()),
            0xd3 => Head::Signed(i64::from_be_bytes(self.bytes()?)),
            0xd4 => self.some(1)?,
            0xd9 => {
                let len = self.length::<1>()?;
                self.text(len)?
            }
            0xda => {
                let len = self.length::<2>()?;
                self.text(len)?
            }
            0xdb => {
                let len = self.length::<4>()?;
                self.text(len)?
            }
            0xdc => {
                let count = self.length::<2>()?;
                self.array(count)?
            }
            0xdd => {
                let count = self.length::<4>()?;
                self.array(count)?
            }
            0xde => {
                let count = self.length::<2>()?;
                self.map(count)?
            }
            0xdf => {
                let count = self.length::<4>()?;
                self.map(count)?
            }
            0xe0..=0xff => Head::Signed((marker as i8).into()),
            // Other extensions, and what no value begins with.
            _ => return err(Problem::Other),
        })
    }
}
