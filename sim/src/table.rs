//! Tables as text: comma-separated with quotes (RFC 4180), or separated by tabs without.

use crate::error::{Error, Result};
use crate::source::Source;

pub(crate) struct Rows<'s> {
    source: &'s mut Source,
    separator: u8,
    /// The line that comes next, from 1.
    next: u64,
    line: Vec<u8>,
    /// The fields of a row, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// A row: the fields of one line, or of several where quotes span them.
pub(crate) struct Row<'r> {
    name: &'r str,
    line: u64,
    text: &'r [u8],
    ends: &'r [usize],
}

impl<'s> Rows<'s> {
    pub(crate) fn new(source: &'s mut Source, separator: u8) -> Self {
        Self {
            source,
            separator,
            next: 1,
            line: Vec::new(),
            text: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Reads the row of names: where the column of this name stands.
    pub(crate) fn header(&mut self, name: &str) -> Result<usize> {
        let Some(row) = self.next()? else {
            return Err(Error::file(&self.source.name, "empty; no row of names"));
        };
        let names: Vec<_> = row.fields().map(String::from_utf8_lossy).collect();
        let found = names.iter().position(|column| column == name);
        found.ok_or_else(|| {
            let reason = format!("no column `{name}`; there are `{}`", names.join("`, `"));
            Error::at(row.name, "line 1", reason)
        })
    }

    /// The row that comes next.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        self.text.clear();
        self.ends.clear();
        let first = self.next;
        let mut quoted = Quotes::Outside;
        loop {
            if !self.source.line(self.next, &mut self.line)? {
                if quoted == Quotes::Inside {
                    let place = format!("line {first}");
                    let reason = "a quote that is never closed";
                    return Err(Error::at(&self.source.name, place, reason));
                }
                return Ok(None);
            }
            self.next += 1;
            let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
            let line = match line.strip_prefix(b"\xEF\xBB\xBF") {
                Some(rest) if self.next == 2 => rest,
                _ => line,
            };
            if self.separator == b'\t' {
                for field in line.split(|byte| *byte == b'\t') {
                    self.text.extend_from_slice(field);
                    self.ends.push(self.text.len());
                }
                break;
            }
            for byte in line {
                quoted = match (quoted, byte) {
                    (Quotes::Outside, b'"')
                        if self.ends.last().copied().unwrap_or(0) == self.text.len() =>
                    {
                        Quotes::Inside
                    }
                    (Quotes::Inside, b'"') => Quotes::Closed,
                    (Quotes::Closed, b'"') => {
                        self.text.push(b'"');
                        Quotes::Inside
                    }
                    (Quotes::Outside | Quotes::Closed, byte) if *byte == self.separator => {
                        self.ends.push(self.text.len());
                        Quotes::Outside
                    }
                    (Quotes::Closed, _) => {
                        let place = format!("line {}", self.next - 1);
                        let reason = "text after a closing quote";
                        return Err(Error::at(&self.source.name, place, reason));
                    }
                    (quoted, byte) => {
                        self.text.push(*byte);
                        quoted
                    }
                };
            }
            if quoted != Quotes::Inside {
                self.ends.push(self.text.len());
                break;
            }
            self.text.push(b'\n');
        }
        Ok(Some(Row {
            name: &self.source.name,
            line: first,
            text: &self.text,
            ends: &self.ends,
        }))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Outside,
    Inside,
    Closed,
}

impl Row<'_> {
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins
            .zip(self.ends)
            .map(|(begin, end)| &self.text[begin..*end])
    }

    /// The field of this column, from 0.
    pub(crate) fn field(&self, index: usize) -> Result<&[u8]> {
        self.fields().nth(index).ok_or_else(|| {
            let (is, columns) = (index + 1, self.ends.len());
            let reason = format!("no column {is}: the line has {columns}");
            Error::at(self.name, format_args!("line {}", self.line), reason)
        })
    }
}
