//! How entries lie in the tables of the file.
//!
//! `entries` has the bytes by key, behind a head. Those of a long one are cut into `parts` that fill a page each, with
//! what is left over behind the head: so every page is like any other, and one that becomes free is of use at once,
//! whatever is written next. (To a long value redb gives a run of pages, a power of two of them, and the file grows
//! if none of that length is free.)
//! `order` has the keys by age and `ends` those that end by when they do, so that what leaves is found
//! without a search; `totals` what all of them weigh. All change in one transaction.

use crate::clock;
use redb::{
    Key, ReadOnlyTable, ReadTransaction, ReadableTable, StorageError, Table, TableDefinition,
    TableError, TableHandle as _, Value, WriteTransaction,
};
use twox_hash::XxHash3_64;

const ENTRIES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("memofn.entries");
const PARTS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("memofn.parts");
const ORDER: TableDefinition<'_, u64, &str> = TableDefinition::new("memofn.order");
const ENDS: TableDefinition<'_, (u64, u64), &str> = TableDefinition::new("memofn.ends");
const TOTALS: TableDefinition<'_, &str, u64> = TableDefinition::new("memofn.totals");

/// The number of this arrangement.
const FORMAT: u64 = 2;
pub(super) const OTHER_VERSION: &str = "another version of memofn has written the file";
/// Before an entry's bytes: when it ends, its number, how many bytes, a checksum of all of it.
const HEAD: usize = 32;
/// Does not end.
pub(super) const NEVER: u64 = u64::MAX;
/// A part, and what redb has beside it, fill a page of 4,096 bytes.
const PART: usize = 4_064;
/// What is left over behind the last part is one of its own if it is more than this: two of them fill a page.
const REST: usize = 1_900;
/// How the keys of epochs end, and most of them that stay when the oldest leave.
const EPOCH: &str = ":epoch";
const MOST_EPOCHS: usize = 1_024;
/// Entries that have ended, of which one write takes away so many.
const SWEPT: usize = 1_000;

/// Of so many bytes, those that are in parts.
fn in_parts(bytes: usize) -> usize {
    match bytes % PART {
        rest @ ..=REST => bytes - rest,
        _ => bytes,
    }
}

/// What an entry takes of the file, about. Nodes of the tree are half full or more; of what is longer than a third of
/// a page, a page may have one.
pub(super) fn weight(key: usize, bytes: usize) -> u64 {
    let parts = in_parts(bytes);
    let pages = parts.div_ceil(PART) as u64 * 4_128;
    let entry = (key + HEAD + bytes - parts) as u64;
    let entry = entry * if entry > 1_364 { 4 } else { 3 } / 2;
    pages + entry + 3 * key as u64 + 64
}

/// What the file has for a key.
pub(super) enum Found {
    Nothing,
    /// These bytes, and when they end.
    Held(Vec<u8>, u64),
    /// Not what was written.
    Damaged,
}

/// The tables of a new file; those of an old one are of this arrangement.
pub(super) fn begin(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    let mut names = transaction.list_tables()?.peekable();
    let is_new = names.peek().is_none();
    if !is_new && !names.any(|table| table.name() == TOTALS.name()) {
        return Err(redb::Error::Corrupted("it has other tables".to_owned()));
    }
    let mut tables = Tables::open(transaction)?;
    if is_new {
        tables.totals.insert("format", FORMAT)?;
    }
    if number(&tables.totals, "format")? != FORMAT {
        return Err(redb::Error::Corrupted(OTHER_VERSION.to_owned()));
    }
    Ok(())
}

/// What all entries weigh, and how many there are.
pub(super) fn totals(transaction: &ReadTransaction) -> Result<(u64, u64), redb::Error> {
    let totals = transaction.open_table(TOTALS)?;
    Ok((number(&totals, "weight")?, number(&totals, "entries")?))
}

fn number(totals: &impl ReadableTable<&'static str, u64>, name: &str) -> Result<u64, StorageError> {
    Ok(totals.get(name)?.map_or(0, |number| number.value()))
}

struct Head {
    end: u64,
    number: u64,
    length: u64,
    sum: u64,
}

impl Head {
    fn new(key: &str, bytes: &[u8], end: u64, number: u64) -> Self {
        let length = bytes.len() as u64;
        let mut head = Self {
            end,
            number,
            length,
            sum: 0,
        };
        head.sum = head.sum_of(key, bytes);
        head
    }

    /// And the bytes behind it.
    fn read(entry: &[u8]) -> Option<(Self, &[u8])> {
        let (end, rest) = entry.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (sum, bytes) = rest.split_first_chunk()?;
        let head = Self {
            end: u64::from_le_bytes(*end),
            number: u64::from_le_bytes(*number),
            length: u64::from_le_bytes(*length),
            sum: u64::from_le_bytes(*sum),
        };
        Some((head, bytes))
    }

    fn is_of(&self, key: &str, bytes: &[u8]) -> bool {
        self.length == bytes.len() as u64 && self.sum == self.sum_of(key, bytes)
    }

    /// Against damage; against others there is `MEMOFN_STORE_KEY`.
    fn sum_of(&self, key: &str, bytes: &[u8]) -> u64 {
        let words = [self.end, self.number, self.length].map(u64::to_le_bytes);
        [words.as_flattened(), key.as_bytes(), bytes]
            .iter()
            .fold(0, |sum, bytes| XxHash3_64::oneshot_with_seed(sum, bytes))
    }

    fn before(&self, bytes: &[u8]) -> Vec<u8> {
        let mut entry = Vec::with_capacity(HEAD + bytes.len());
        for word in [self.end, self.number, self.length, self.sum] {
            entry.extend_from_slice(&word.to_le_bytes());
        }
        entry.extend_from_slice(bytes);
        entry
    }
}

/// What a reader needs, as of one commit.
pub(super) struct Reader {
    entries: ReadOnlyTable<&'static str, &'static [u8]>,
    parts: ReadOnlyTable<(u64, u64), &'static [u8]>,
}

impl Reader {
    pub(super) fn new(transaction: &ReadTransaction) -> Result<Self, TableError> {
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            parts: transaction.open_table(PARTS)?,
        })
    }

    /// What a key holds, and when that ends; also if it has ended.
    pub(super) fn get(&self, key: &str) -> Result<Found, StorageError> {
        get(&self.entries, &self.parts, key)
    }
}

fn get(
    entries: &impl ReadableTable<&'static str, &'static [u8]>,
    parts: &impl ReadableTable<(u64, u64), &'static [u8]>,
    key: &str,
) -> Result<Found, StorageError> {
    let Some(entry) = entries.get(key)? else {
        return Ok(Found::Nothing);
    };
    let Some((head, rest)) = Head::read(entry.value()) else {
        return Ok(Found::Damaged);
    };
    let bytes = if head.length == rest.len() as u64 {
        rest.to_vec()
    } else {
        let mut bytes = Vec::new();
        for part in parts.range((head.number, 0)..=(head.number, u64::MAX))? {
            bytes.extend_from_slice(part?.1.value());
        }
        bytes.extend_from_slice(rest);
        bytes
    };
    Ok(if head.is_of(key, &bytes) {
        Found::Held(bytes, head.end)
    } else {
        Found::Damaged
    })
}

/// All of them in one transaction.
pub(super) struct Tables<'t> {
    entries: Table<'t, &'static str, &'static [u8]>,
    parts: Table<'t, (u64, u64), &'static [u8]>,
    order: Table<'t, u64, &'static str>,
    ends: Table<'t, (u64, u64), &'static str>,
    totals: Table<'t, &'static str, u64>,
    weight: u64,
    count: u64,
    next: u64,
}

impl<'t> Tables<'t> {
    pub(super) fn open(transaction: &'t WriteTransaction) -> Result<Self, TableError> {
        let totals = transaction.open_table(TOTALS)?;
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            parts: transaction.open_table(PARTS)?,
            order: transaction.open_table(ORDER)?,
            ends: transaction.open_table(ENDS)?,
            weight: number(&totals, "weight")?,
            count: number(&totals, "entries")?,
            next: number(&totals, "next")?,
            totals,
        })
    }

    pub(super) fn close(mut self) -> Result<(), StorageError> {
        self.totals.insert("weight", self.weight)?;
        self.totals.insert("entries", self.count)?;
        self.totals.insert("next", self.next)?;
        Ok(())
    }

    pub(super) fn add(&mut self, key: &str, bytes: &[u8], end: u64) -> Result<(), StorageError> {
        let number = self.next;
        self.next += 1;
        let head = Head::new(key, bytes, end, number);
        let (parts, rest) = bytes.split_at(in_parts(bytes.len()));
        self.entries.insert(key, head.before(rest).as_slice())?;
        for (part, bytes) in (0..).zip(parts.chunks(PART)) {
            self.parts.insert((number, part), bytes)?;
        }
        self.order.insert(number, key)?;
        if end != NEVER {
            self.ends.insert((end, number), key)?;
        }
        let weight = weight(key.len(), bytes.len());
        self.weight = self.weight.saturating_add(weight);
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// Takes away what a key has, if anything; with a number, if it is that one. Nothing has looked at its sum here:
    /// what it says of itself is only believed if `order` says so, too. Of what is damaged some may stay, and
    /// leaves with the oldest.
    pub(super) fn take(&mut self, key: &str, number: Option<u64>) -> Result<(), StorageError> {
        let (head, mut length) = match self.entries.get(key)? {
            Some(entry) => match Head::read(entry.value()) {
                Some((head, rest)) => (Some((head.end, head.number)), rest.len()),
                None => (None, 0),
            },
            None => return Ok(()),
        };
        if let Some((end, own)) = head {
            if number.is_some_and(|number| number != own) {
                return Ok(());
            }
            let order = self.order.get(own)?;
            let is_own = order.is_some_and(|order| order.value() == key);
            if is_own || number.is_some() {
                self.order.remove(own)?;
                self.ends.remove((end, own))?;
                length += self.take_parts(own)?;
            }
        }
        self.entries.remove(key)?;
        let weight = weight(key.len(), length);
        self.weight = self.weight.saturating_sub(weight);
        self.count = self.count.saturating_sub(1);
        Ok(())
    }

    /// Gives how many bytes that were.
    fn take_parts(&mut self, number: u64) -> Result<usize, StorageError> {
        let mut length = 0;
        let all = (number, 0)..=(number, u64::MAX);
        self.parts.retain_in(all, |_, bytes| {
            length += bytes.len();
            false
        })?;
        Ok(length)
    }

    /// Takes away what has ended, not all at once unless it is in the way. Gives when the next one does.
    pub(super) fn sweep(&mut self, size: u64) -> Result<Option<u64>, StorageError> {
        let now = clock::wall_millis();
        let mut swept = 0;
        while swept < SWEPT || self.weight > size {
            swept += 1;
            match first(&self.ends)? {
                Some(((end, number), key)) if end <= now => {
                    self.ends.remove((end, number))?;
                    self.take(&key, Some(number))?;
                }
                next => return Ok(next.map(|((end, _), _)| end)),
            }
        }
        Ok(Some(now))
    }

    /// Takes the oldest away as long as all of it is too much. On a function's epoch all of its results depend: it
    /// becomes new again.
    pub(super) fn shrink(&mut self, size: u64) -> Result<(), StorageError> {
        let mut kept = Vec::new();
        while self.weight > size {
            let Some((number, key)) = first(&self.order)? else {
                // There are none: what it says is damage.
                (self.weight, self.count) = (0, 0);
                break;
            };
            self.order.remove(number)?;
            if key.ends_with(EPOCH) && kept.len() < MOST_EPOCHS {
                kept.push(key);
            } else {
                self.take(&key, Some(number))?;
                let left = self.take_parts(number)?;
                if left > 0 {
                    self.weight = self.weight.saturating_sub(weight(0, left));
                }
            }
        }
        for key in kept {
            let held = get(&self.entries, &self.parts, &key)?;
            self.take(&key, None)?;
            if let Found::Held(bytes, end) = held {
                self.add(&key, &bytes, end)?;
            }
        }
        Ok(())
    }
}

/// The first key of a table, and the entry's key that it leads to.
fn first<K>(table: &Table<'_, K, &'static str>) -> Result<Option<(K, String)>, StorageError>
where
    K: Key + for<'k> Value<SelfType<'k> = K> + 'static,
{
    let first = table.first()?;
    Ok(first.map(|(number, key)| (number.value(), key.value().to_owned())))
}
