//! What is in the file: tables of redb, a copy-on-write B-tree whose commits are whole or not there.
//!
//! `entries` has the bytes by key, behind a head; `order` the keys by age and `ends` those that end by when they
//! do, so that what leaves is found without a search; `totals` what all of them weigh. All change in one
//! transaction. The checksums of all pages are looked at when the file is opened, and that of an entry when it is
//! read.

use super::super::{StoreError, StoreErrorKind};
use crate::clock;
use parking_lot::RwLock;
use redb::{
    Builder, Database, Key, ReadOnlyTable, ReadableDatabase as _, ReadableTable, StorageError,
    Table, TableDefinition, TableError, Value, WriteTransaction,
};
use sha2::{Digest as _, Sha256};
use std::fs::{self, OpenOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

const ENTRIES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("memofn.entries");
const ORDER: TableDefinition<'_, u64, &str> = TableDefinition::new("memofn.order");
const ENDS: TableDefinition<'_, (u64, u64), &str> = TableDefinition::new("memofn.ends");
const TOTALS: TableDefinition<'_, &str, u64> = TableDefinition::new("memofn.totals");

/// The number of this arrangement.
const FORMAT: u64 = 1;
/// Before an entry's bytes: when it ends, its number, a part of the hash of all of it.
const HEAD: usize = 24;
/// Does not end.
pub(super) const NEVER: u64 = u64::MAX;
/// How the keys of epochs end, and most of them that stay when the oldest leave.
const EPOCH: &str = ":epoch";
const MOST_EPOCHS: usize = 1_024;
/// Entries that have ended, of which one write takes away so many.
const SWEPT: usize = 1_000;

/// What is to be written: bytes and when they end, or nothing in place of what is there.
pub(super) struct Change {
    pub(super) key: String,
    pub(super) held: Option<(Arc<[u8]>, u64)>,
}

/// What the file has for a key.
pub(super) enum Found {
    Nothing,
    /// These bytes, and when they end.
    Held(Vec<u8>, u64),
    /// Not what was written.
    Damaged,
}

pub(super) struct File {
    database: Database,
    size: u64,
    reading: RwLock<Reading>,
}

/// The entries as of the last commit, kept open: to open them takes longer than to read one. Closed while
/// something is written, so that no page has to stay for them.
#[derive(Default)]
struct Reading {
    entries: Option<Arc<Entries>>,
    writes: bool,
}

type Entries = ReadOnlyTable<&'static str, &'static [u8]>;

/// What an entry takes of the file, about. Nodes of the tree are half full or more; what is large has pages
/// of its own, a power of two of them.
pub(super) fn weight(key: usize, bytes: usize) -> u64 {
    let entry = (key + bytes + HEAD) as u64;
    let entry = if entry > 2_048 {
        entry.next_power_of_two()
    } else {
        entry * 3 / 2
    };
    entry + 3 * key as u64 + 64
}

fn damaged(what: impl std::fmt::Display) -> StoreError {
    StoreError::new(
        StoreErrorKind::Refused,
        format!("the file is damaged, or isn't one of memofn's: {what}"),
    )
}

/// Of a file that isn't as it should be, redb may panic.
fn guarded<T>(work: impl FnOnce() -> Result<T, redb::Error>) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(told),
        Err(_) => Err(damaged("its tree can't be read")),
    }
}

fn told(error: redb::Error) -> StoreError {
    match error {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => StoreError::new(
            StoreErrorKind::Unavailable,
            "another process, or another store of this one, has the file open",
        ),
        redb::Error::Io(error) => match error.kind() {
            // What redb says of a file that is none of its own.
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => damaged(error),
            _ => error.into(),
        },
        redb::Error::PreviousIo => StoreError::new(StoreErrorKind::Unavailable, error),
        other => damaged(other),
    }
}

impl File {
    /// Opens it, or makes it, readable for nobody else. Reads all of it.
    pub(super) fn open(path: &Path, size: u64) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        drop(options.open(path)?);
        guarded(|| {
            let mut builder = Builder::new();
            // redb's own cache: the system has one as well.
            builder.set_cache_size((size / 8).clamp(1 << 20, 64 << 20) as usize);
            builder.set_check_integrity_on_open(true);
            let database = builder.create(path)?;
            begin(&database)?;
            let reading = RwLock::default();
            Ok(Self {
                database,
                size,
                reading,
            })
        })
    }

    /// What a key holds, and when that ends; also if it has ended.
    pub(super) fn get(&self, key: &str) -> Result<Found, StoreError> {
        guarded(|| {
            let Some(found) = self.entries()?.get(key)? else {
                return Ok(Found::Nothing);
            };
            let entry = found.value();
            Ok(match Head::read(key, entry) {
                Some(head) => Found::Held(entry[HEAD..].to_vec(), head.end),
                None => Found::Damaged,
            })
        })
    }

    fn entries(&self) -> Result<Arc<Entries>, redb::Error> {
        if let Some(entries) = &self.reading.read().entries {
            return Ok(Arc::clone(entries));
        }
        let mut reading = self.reading.write();
        let entries = Arc::new(self.database.begin_read()?.open_table(ENTRIES)?);
        if !reading.writes {
            reading.entries = Some(Arc::clone(&entries));
        }
        Ok(entries)
    }

    /// Something is written from now on, or isn't any more.
    fn writes(&self, writes: bool) {
        let entries = None;
        *self.reading.write() = Reading { entries, writes };
    }

    /// Writes all of these or none of it, and waits until they are on the disk. Then takes away what has
    /// ended, and the oldest as long as all of it is too much. Gives when the next one ends.
    pub(super) fn write(&self, changes: &[Change]) -> Result<Option<u64>, StoreError> {
        self.writes(true);
        let written = guarded(|| {
            let transaction = self.database.begin_write()?;
            let next = {
                let mut tables = Tables::open(&transaction)?;
                for change in changes {
                    tables.take(&change.key, None)?;
                    if let Some((bytes, end)) = &change.held {
                        tables.add(&change.key, bytes, *end)?;
                    }
                }
                let next = tables.sweep()?;
                tables.shrink(self.size)?;
                tables.close()?;
                next
            };
            transaction.commit()?;
            Ok(next)
        });
        self.writes(false);
        written
    }

    /// What all entries weigh, and how many there are.
    pub(super) fn totals(&self) -> Result<(u64, u64), StoreError> {
        guarded(|| {
            let totals = self.database.begin_read()?.open_table(TOTALS)?;
            Ok((number(&totals, "weight")?, number(&totals, "entries")?))
        })
    }
}

/// The tables of a new file; those of an old one are of this arrangement.
fn begin(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    let is_new = transaction.list_tables()?.next().is_none();
    {
        if is_new {
            let mut totals = transaction.open_table(TOTALS)?;
            totals.insert("format", FORMAT)?;
        } else if !transaction
            .list_tables()?
            .any(|table| redb::TableHandle::name(&table) == redb::TableHandle::name(&TOTALS))
        {
            return Err(redb::Error::Corrupted("it has other tables".to_owned()));
        }
        let tables = Tables::open(&transaction)?;
        if number(&tables.totals, "format")? != FORMAT {
            return Err(redb::Error::Corrupted(
                "another version has written it".to_owned(),
            ));
        }
    }
    transaction.commit()?;
    Ok(())
}

fn number(totals: &impl ReadableTable<&'static str, u64>, name: &str) -> Result<u64, StorageError> {
    Ok(totals.get(name)?.map_or(0, |number| number.value()))
}

struct Head {
    end: u64,
    number: u64,
}

impl Head {
    fn read(key: &str, bytes: &[u8]) -> Option<Self> {
        let (head, bytes) = bytes.split_at_checked(HEAD)?;
        let word = |from: usize| Some(u64::from_le_bytes(head[from..from + 8].try_into().ok()?));
        let this = Self {
            end: word(0)?,
            number: word(8)?,
        };
        (this.sum(key, bytes) == head[16..]).then_some(this)
    }

    fn sum(&self, key: &str, bytes: &[u8]) -> [u8; 8] {
        let mut hash = Sha256::new();
        hash.update((key.len() as u64).to_le_bytes());
        hash.update(key);
        hash.update(self.end.to_le_bytes());
        hash.update(self.number.to_le_bytes());
        hash.update(bytes);
        let mut sum = [0; 8];
        sum.copy_from_slice(&hash.finalize()[..8]);
        sum
    }

    fn before(&self, key: &str, bytes: &[u8]) -> Vec<u8> {
        let mut entry = Vec::with_capacity(HEAD + bytes.len());
        entry.extend_from_slice(&self.end.to_le_bytes());
        entry.extend_from_slice(&self.number.to_le_bytes());
        entry.extend_from_slice(&self.sum(key, bytes));
        entry.extend_from_slice(bytes);
        entry
    }
}

/// All of them in one transaction.
struct Tables<'t> {
    entries: Table<'t, &'static str, &'static [u8]>,
    order: Table<'t, u64, &'static str>,
    ends: Table<'t, (u64, u64), &'static str>,
    totals: Table<'t, &'static str, u64>,
    weight: u64,
    count: u64,
    next: u64,
}

impl<'t> Tables<'t> {
    fn open(transaction: &'t WriteTransaction) -> Result<Self, TableError> {
        let totals = transaction.open_table(TOTALS)?;
        Ok(Self {
            entries: transaction.open_table(ENTRIES)?,
            order: transaction.open_table(ORDER)?,
            ends: transaction.open_table(ENDS)?,
            weight: number(&totals, "weight")?,
            count: number(&totals, "entries")?,
            next: number(&totals, "next")?,
            totals,
        })
    }

    fn close(mut self) -> Result<(), StorageError> {
        self.totals.insert("weight", self.weight)?;
        self.totals.insert("entries", self.count)?;
        self.totals.insert("next", self.next)?;
        Ok(())
    }

    fn add(&mut self, key: &str, bytes: &[u8], end: u64) -> Result<(), StorageError> {
        let head = Head {
            end,
            number: self.next,
        };
        self.next += 1;
        self.entries
            .insert(key, head.before(key, bytes).as_slice())?;
        self.order.insert(head.number, key)?;
        if end != NEVER {
            self.ends.insert((end, head.number), key)?;
        }
        self.weight += weight(key.len(), bytes.len());
        self.count += 1;
        Ok(())
    }

    /// Takes away what a key has, if anything; with a number, if it is that one.
    fn take(&mut self, key: &str, number: Option<u64>) -> Result<(), StorageError> {
        let (head, length) = match self.entries.get(key)? {
            Some(entry) => (Head::read(key, entry.value()), entry.value().len()),
            None => return Ok(()),
        };
        match (&head, number) {
            (Some(head), Some(number)) if head.number != number => return Ok(()),
            (Some(head), _) => {
                self.order.remove(head.number)?;
                self.ends.remove((head.end, head.number))?;
            }
            // Damaged: what leads to it is left, and leads nowhere.
            (None, _) => {}
        }
        self.entries.remove(key)?;
        let weight = weight(key.len(), length.saturating_sub(HEAD));
        self.weight = self.weight.saturating_sub(weight);
        self.count = self.count.saturating_sub(1);
        Ok(())
    }

    /// Takes away what has ended. Gives when the next one does.
    fn sweep(&mut self) -> Result<Option<u64>, StorageError> {
        let now = clock::wall_millis();
        for _ in 0..SWEPT {
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
    fn shrink(&mut self, size: u64) -> Result<(), StorageError> {
        let mut kept = Vec::new();
        while self.weight > size {
            let Some((number, key)) = first(&self.order)? else {
                break;
            };
            self.order.remove(number)?;
            if key.ends_with(EPOCH) && kept.len() < MOST_EPOCHS {
                kept.push(key);
            } else {
                self.take(&key, Some(number))?;
            }
        }
        for key in kept {
            let held = self.entries.get(key.as_str())?;
            let held = held.and_then(|held| {
                let end = Head::read(&key, held.value())?.end;
                Some((held.value()[HEAD..].to_vec(), end))
            });
            self.take(&key, None)?;
            if let Some((bytes, end)) = held {
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
