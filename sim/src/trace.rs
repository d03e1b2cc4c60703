//! A trace: the keys of calls, in their order.

use crate::error::{Error, Result};
use crate::source::Source;
use foldhash::fast::FixedState;
use std::collections::HashMap;

pub(crate) type Map<K, V> = HashMap<K, V, FixedState>;

/// How a trace is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Each key as 8 bytes, the least significant first: what `Cache::record` writes.
    U64,
    /// Each line is a key.
    Text,
    /// A column of a table.
    Table { separator: u8, column: Column },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// From 1; all lines are data.
    Number(usize),
    /// The first line has the names.
    Name(String),
}

impl Format {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let table = |separator, column: &str| match column.parse() {
            Ok(0) => Err(Error::Usage("--format: columns count from 1".into())),
            Ok(number) => Ok(Self::Table {
                separator,
                column: Column::Number(number),
            }),
            Err(_) if column.is_empty() => Err(Error::Usage(format!(
                "--format {text}: which column? Its name, or its number from 1"
            ))),
            Err(_) => Ok(Self::Table {
                separator,
                column: Column::Name(column.into()),
            }),
        };
        match text.split_once(':') {
            Some(("csv", column)) => table(b',', column),
            Some(("tsv", column)) => table(b'\t', column),
            None if text == "u64le" => Ok(Self::U64),
            None if text == "text" => Ok(Self::Text),
            _ => Err(Error::Usage(format!(
                "--format {text}: there are u64le, text, csv:COLUMN, tsv:COLUMN"
            ))),
        }
    }
}

/// The keys of calls, in their order.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) name: String,
    pub(crate) keys: Vec<u64>,
    /// How many different ones.
    pub(crate) distinct: usize,
}

impl Trace {
    pub(crate) fn read(path: &str, format: &Format) -> Result<Self> {
        let mut source = Source::open(path)?;
        let keys = match format {
            Format::U64 => numbers::<8>(&mut source, "a key", u64::from_le_bytes)?,
            Format::Text => text(&mut source)?,
            Format::Table { separator, column } => table(&mut source, *separator, column)?,
        };
        if keys.is_empty() {
            return Err(Error::file(&source.name, "no accesses"));
        }
        if u32::try_from(keys.len()).is_err() {
            let most = u32::MAX;
            let reason = format!("{} accesses; {most} at most", keys.len());
            return Err(Error::file(&source.name, reason));
        }
        Ok(Self {
            name: short_name(path).into(),
            distinct: count_distinct(&keys),
            keys,
        })
    }

    /// The share of accesses that a cache which keeps everything would hit, in percent.
    pub(crate) fn most_hits(&self) -> f64 {
        percent(
            (self.keys.len() - self.distinct) as u64,
            self.keys.len() as u64,
        )
    }
}

pub(crate) fn percent(count: u64, of: u64) -> f64 {
    if of == 0 {
        0.0
    } else {
        100.0 * count as f64 / of as f64
    }
}

/// `traces/web07.u64.xz` is `web07`.
fn short_name(path: &str) -> &str {
    if path == "-" {
        return "stdin";
    }
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let plain = file.strip_suffix(".xz").unwrap_or(file);
    let ends = [".u64", ".u64le", ".bin", ".txt", ".text", ".csv", ".tsv"];
    let stem = ends.iter().find_map(|end| plain.strip_suffix(end));
    let name = stem.unwrap_or(plain);
    if name.is_empty() { path } else { name }
}

fn count_distinct(keys: &[u64]) -> usize {
    let mut seen: Map<u64, ()> = Map::default();
    for key in keys {
        seen.insert(*key, ());
    }
    seen.len()
}

/// Numbers of `N` bytes, one after the other.
pub(crate) fn numbers<const N: usize>(
    source: &mut Source,
    what: &str,
    decode: impl Fn([u8; N]) -> u64,
) -> Result<Vec<u64>> {
    let mut keys = Vec::new();
    // What of a number stood at the end of the bytes read before.
    let mut begun: Vec<u8> = Vec::with_capacity(N);
    let mut offset = 0_u64;
    loop {
        let mut bytes = source.fill(|| format!("byte {offset}"))?;
        let read = bytes.len();
        if read == 0 {
            break;
        }
        if !begun.is_empty() {
            let (rest, others) = bytes.split_at(read.min(N - begun.len()));
            begun.extend_from_slice(rest);
            bytes = others;
            if let Ok(number) = begun[..].try_into() {
                keys.push(decode(number));
                begun.clear();
            }
        }
        let whole = bytes.chunks_exact(N);
        begun.extend_from_slice(whole.remainder());
        // Each has `N` bytes: none is left out.
        keys.extend(
            whole
                .filter_map(|number| number.try_into().ok())
                .map(&decode),
        );
        source.consume(read);
        offset += read as u64;
    }
    if begun.is_empty() {
        return Ok(keys);
    }
    let left = begun.len();
    let place = format!("byte {}", offset - left as u64);
    let reason = format!("the file ends within {what}: {left} of {N} bytes");
    Err(Error::at(&source.name, place, reason))
}

/// Numbers in place of texts: equal ones for equal texts.
#[derive(Default)]
struct Numbered(Map<Box<[u8]>, u64>);

impl Numbered {
    fn number(&mut self, text: &[u8]) -> u64 {
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        let number = self.0.len() as u64;
        self.0.insert(text.into(), number);
        number
    }
}

fn text(source: &mut Source) -> Result<Vec<u64>> {
    let (mut keys, mut numbered, mut line) = (Vec::new(), Numbered::default(), Vec::new());
    let mut number = 1;
    while source.line(number, &mut line)? {
        let key = line.strip_suffix(b"\r").unwrap_or(&line);
        let wrong = |reason| Error::at(&source.name, format_args!("line {number}"), reason);
        if std::str::from_utf8(key).is_err() {
            return Err(wrong("not UTF-8"));
        }
        if key.is_empty() {
            return Err(wrong("empty; each line is a key"));
        }
        keys.push(numbered.number(key));
        number += 1;
    }
    Ok(keys)
}

fn table(source: &mut Source, separator: u8, column: &Column) -> Result<Vec<u64>> {
    let (mut keys, mut numbered) = (Vec::new(), Numbered::default());
    let mut rows = crate::table::Rows::new(source, separator);
    let index = match column {
        Column::Number(number) => number - 1,
        Column::Name(name) => rows.header(name)?,
    };
    while let Some(row) = rows.next()? {
        keys.push(numbered.number(row.field(index)?));
    }
    Ok(keys)
}
