//! Where bytes come from: a file or the standard input, packed by `xz` or not.

use crate::error::{Error, Result};
use lzma_rust2::XzReader;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

/// What every xz stream begins with.
const MAGIC: [u8; 6] = *b"\xFD7zXZ\0";

/// Most memory that unpacking may take, in KiB: 1 GiB. `xz -9` needs 64 MiB.
const UNPACKING: u32 = 1 << 20;

/// A file that is read from its beginning to its end.
pub(crate) struct Source {
    pub(crate) name: String,
    bytes: Box<dyn BufRead>,
    /// How much of the packed file was read, where it is packed.
    packed: Option<Rc<Cell<u64>>>,
}

impl Source {
    /// `-` is the standard input. What begins as xz does is unpacked, whatever its name.
    pub(crate) fn open(path: &str) -> Result<Self> {
        if path == "-" {
            return Self::of("standard input", io::stdin().lock(), false);
        }
        let file = File::open(path).map_err(|error| Error::file(path, error))?;
        let called_xz = Path::new(path).extension().is_some_and(|end| end == "xz");
        Self::of(path, file, called_xz)
    }

    fn of(name: &str, bytes: impl Read + 'static, called_xz: bool) -> Result<Self> {
        let mut head = Vec::new();
        let mut bytes = BufReader::with_capacity(1 << 16, bytes);
        let seen = bytes.by_ref().take(6).read_to_end(&mut head);
        seen.map_err(|error| Error::at(name, "byte 0", error))?;
        let is_xz = head == MAGIC;
        if called_xz && !is_xz {
            return Err(Error::at(name, "byte 0", "not an xz file"));
        }
        let all = io::Cursor::new(head).chain(bytes);
        let name = name.to_string();
        if !is_xz {
            return Ok(Self {
                name,
                bytes: Box::new(all),
                packed: None,
            });
        }
        let read = Rc::new(Cell::new(0));
        let counted = Counted {
            inner: all,
            read: Rc::clone(&read),
        };
        let unpacked = XzReader::new_mem_limit(counted, true, UNPACKING);
        Ok(Self {
            name,
            bytes: Box::new(BufReader::with_capacity(1 << 16, unpacked)),
            packed: Some(read),
        })
    }

    /// Some of the bytes that come next; none at the end. `place` says where, if they can't be read.
    pub(crate) fn fill(&mut self, place: impl Fn() -> String) -> Result<&[u8]> {
        let (name, packed) = (&self.name, &self.packed);
        let wrong = |error: io::Error| match packed {
            Some(read) => {
                let place = format!("byte {} of the packed file", read.get());
                if error.kind() == io::ErrorKind::UnexpectedEof {
                    Error::at(name, place, "bad xz: the file ends too early")
                } else {
                    Error::at(name, place, format_args!("bad xz: {error}"))
                }
            }
            None => Error::at(name, place(), error),
        };
        loop {
            match self.bytes.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(wrong(error)),
            }
        }
        // It is in the buffer: this reads nothing.
        self.bytes.fill_buf().map_err(wrong)
    }

    pub(crate) fn consume(&mut self, bytes: usize) {
        self.bytes.consume(bytes);
    }

    /// The next line, without its end. `false`: there is none.
    pub(crate) fn line(&mut self, number: u64, line: &mut Vec<u8>) -> Result<bool> {
        line.clear();
        let mut some = false;
        loop {
            let bytes = self.fill(|| format!("line {number}"))?;
            if bytes.is_empty() {
                return Ok(some);
            }
            some = true;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            line.extend_from_slice(&bytes[..end.unwrap_or(bytes.len())]);
            let read = end.map_or(bytes.len(), |end| end + 1);
            self.consume(read);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    read: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.set(self.read.get() + read as u64);
        Ok(read)
    }
}
