//! The part of memcached's text protocol that a store needs, as bytes: what is sent, and what an answer says.
//! Knows no connection. (memcached's `doc/protocol.txt`; Hazelcast's
//! `com.hazelcast.internal.ascii.memcache`.)
//!
//! What isn't sent, since the two differ there: `touch` and `replace` (Hazelcast's loses the lifetime),
//! `incr`, `noreply`, several keys, one command before the last one's answer (Hazelcast may answer
//! out of order: its issue 19662).

use super::super::{StoreError, StoreErrorKind};
use std::time::Duration;

/// Who is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Memcached,
    Hazelcast,
}

/// Longest key in bytes.
const LONGEST_KEY: usize = 250;
/// Longest line of an answer: that of a value has a key and three numbers.
const LONGEST_LINE: usize = 1 << 10;
/// Seconds. More of them mean a date.
const MONTH: u64 = 30 * 24 * 3600;
/// The command for one connection's first question.
pub(super) const VERSION: &[u8] = b"version\r\n";

/// What has gone wrong. `broken`: the connection is of no use any more.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: StoreError,
    pub(super) broken: bool,
}

impl Fault {
    pub(super) fn broken(error: impl Into<StoreError>) -> Self {
        Self {
            error: error.into(),
            broken: true,
        }
    }

    /// An answer that nobody understands: nor is what follows it.
    fn odd(what: &str) -> Self {
        Self::broken(StoreError::new(StoreErrorKind::Refused, what))
    }
}

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Stored,
    NotStored,
    /// It was changed since its number was asked for.
    Exists,
    NotFound,
    Deleted,
    /// What a key holds, and the number of this state of it if it was asked for.
    Held(Option<(Vec<u8>, Option<u64>)>),
    Version(String),
}

impl Reply {
    /// That isn't what was asked.
    pub(super) fn unexpected<T>(&self) -> Result<T, Fault> {
        Err(Fault::odd(match self {
            Self::Stored => "STORED is no answer to this",
            // Hazelcast says so to a `set` when it is overloaded.
            Self::NotStored => "NOT_STORED: it is overloaded",
            Self::Exists => "EXISTS is no answer to this",
            Self::NotFound => "NOT_FOUND is no answer to this",
            Self::Deleted => "DELETED is no answer to this",
            Self::Held(_) => "a value is no answer to this",
            Self::Version(_) => "VERSION is no answer to this",
        }))
    }
}

/// May this be sent? Whatever else a key has could be read as another command, or as another key.
pub(super) fn checked(key: &str, dialect: Dialect) -> Result<(), StoreError> {
    let refused = |what: &str| Err(StoreError::new(StoreErrorKind::Refused, what));
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    if key.is_empty() || key.len() > LONGEST_KEY {
        return refused("a key has 1 to 250 characters");
    }
    if !key.bytes().all(good) {
        return refused("a key consists of `A-Z a-z 0-9 _ . : -`");
    }
    // The part before the first colon names a map. Its deletion would be that of all that is in it.
    let rest = key.split_once(':').map(|(_, rest)| rest);
    if dialect == Dialect::Hazelcast && rest == Some("") {
        return refused("nothing stands behind the name of the map");
    }
    Ok(())
}

/// `get`; `gets` asks for the number as well.
pub(super) fn get(key: &str, numbered: bool) -> Vec<u8> {
    let s = if numbered { "s" } else { "" };
    format!("get{s} {key}\r\n").into_bytes()
}

pub(super) fn delete(key: &str) -> Vec<u8> {
    format!("delete {key}\r\n").into_bytes()
}

/// How something is put there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verb {
    Set,
    /// If there is nothing.
    Add,
    /// If it has this number.
    Cas(u64),
}

/// `until`: see [`until`]. Flags are 0: Hazelcast takes 31 bits of them.
pub(super) fn store(verb: Verb, key: &str, until: i64, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len();
    let (name, number) = match verb {
        Verb::Set => ("set", String::new()),
        Verb::Add => ("add", String::new()),
        Verb::Cas(number) => ("cas", format!(" {number}")),
    };
    let mut command = format!("{name} {key} 0 {until} {length}{number}\r\n").into_bytes();
    command.extend_from_slice(bytes);
    command.extend_from_slice(b"\r\n");
    command
}

/// Over at once: with a `cas`, this removes what has a number. (`delete` knows no numbers.)
pub(super) const AT_ONCE: i64 = -1;

/// A lifetime as the protocol says it: whole seconds, more than 30 days of them as a date, 0 for ever.
///
/// memcached's clock moves once a second, so that `n` seconds end up to one second early. Of a lifetime that isn't
/// whole seconds the value itself says when it ends: it gets a second more, and one below a second isn't
/// over at once. Of whole ones the engine alone says it; nor may a claim hold longer than others wait
/// for it, or all of them would compute.
pub(super) fn until(life: Option<Duration>, dialect: Dialect, now: u64) -> i64 {
    let Some(life) = life else {
        return 0;
    };
    let more = match (life.subsec_nanos(), dialect) {
        (0, _) => 0,
        (_, Dialect::Hazelcast) => 1,
        (_, Dialect::Memcached) => 2,
    };
    let mut seconds = life.as_secs().saturating_add(more);
    seconds = seconds.max(1);
    if seconds <= MONTH {
        return seconds as i64;
    }
    // Both count 31 bits of seconds, up to 2038. What is longer than that is for ever.
    match i32::try_from(now.saturating_add(seconds)) {
        Ok(date) => date.into(),
        Err(_) => 0,
    }
}

/// Where the bytes of a value are in what has come.
struct Value {
    from: usize,
    to: usize,
    number: Option<u64>,
}

/// Reads an answer from the bytes that have come. None: it isn't all there; and there is no use in keeping more
/// than `most` bytes of a value.
pub(super) fn read(came: &[u8], key: &str, most: usize) -> Result<Option<Reply>, Fault> {
    let Some((line, after)) = line(came)? else {
        return Ok(None);
    };
    let reply = match line {
        b"STORED" => Reply::Stored,
        b"NOT_STORED" => Reply::NotStored,
        b"EXISTS" => Reply::Exists,
        b"NOT_FOUND" => Reply::NotFound,
        b"DELETED" => Reply::Deleted,
        b"END" => Reply::Held(None),
        _ => {
            if let Some(rest) = line.strip_prefix(b"VALUE ") {
                let value = value(rest, after, key, most)?;
                return held(came, &value);
            }
            if let Some(rest) = line.strip_prefix(b"VERSION ") {
                Reply::Version(String::from_utf8_lossy(rest).into_owned())
            } else {
                return Err(refusal(line, came.len() == after));
            }
        }
    };
    alone(came, after)?;
    Ok(Some(reply))
}

/// A line without its end, and where the next one begins.
fn line(came: &[u8]) -> Result<Option<(&[u8], usize)>, Fault> {
    match came
        .windows(2)
        .take(LONGEST_LINE)
        .position(|two| two == b"\r\n")
    {
        Some(end) => Ok(Some((&came[..end], end + 2))),
        None if came.len() > LONGEST_LINE => Err(Fault::odd("an answer without an end")),
        None => Ok(None),
    }
}

/// One command, one answer: what comes besides belongs to nobody.
fn alone(came: &[u8], end: usize) -> Result<(), Fault> {
    if came.len() > end {
        return Err(Fault::odd("more than one answer"));
    }
    Ok(())
}

/// `key flags bytes [number]`
fn value(rest: &[u8], from: usize, key: &str, most: usize) -> Result<Value, Fault> {
    let odd = || Fault::odd("a value whose line can't be read");
    let text = std::str::from_utf8(rest).map_err(|_| odd())?;
    let mut words = text.split(' ');
    if words.next() != Some(key) {
        return Err(Fault::odd("a value of another key"));
    }
    let _flags: u32 = words
        .next()
        .and_then(|word| word.parse().ok())
        .ok_or_else(odd)?;
    let length: usize = words
        .next()
        .and_then(|word| word.parse().ok())
        .ok_or_else(odd)?;
    let number = words
        .next()
        .map(str::parse)
        .transpose()
        .map_err(|_| odd())?;
    if words.next().is_some() {
        return Err(odd());
    }
    if length > most {
        return Err(Fault::odd("what it has there is too large"));
    }
    let to = from + length;
    Ok(Value { from, to, number })
}

fn held(came: &[u8], value: &Value) -> Result<Option<Reply>, Fault> {
    const END: &[u8] = b"\r\nEND\r\n";
    let end = value.to + END.len();
    if came.len() < end {
        return Ok(None);
    }
    if &came[value.to..end] != END {
        return Err(Fault::odd("a value that doesn't end where it should"));
    }
    alone(came, end)?;
    let bytes = came[value.from..value.to].to_vec();
    Ok(Some(Reply::Held(Some((bytes, value.number)))))
}

/// `SERVER_ERROR text` and the like. The text is told as far as it is text.
fn refusal(line: &[u8], is_whole: bool) -> Fault {
    let text = String::from_utf8_lossy(line);
    let text: String = text
        .chars()
        .filter(|char| !char.is_control())
        .take(120)
        .collect();
    let full = text.contains("out of memory") || text.contains("too large");
    if text.starts_with("SERVER_ERROR") && full {
        return Fault {
            error: StoreError::new(StoreErrorKind::Full, text),
            // The bytes of the value were read, and left aside.
            broken: !is_whole,
        };
    }
    Fault::odd(&text)
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
