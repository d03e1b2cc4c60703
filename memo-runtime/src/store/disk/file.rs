//! The file, one of redb's: a copy-on-write B-tree whose commits are whole or not there. The checksums of all pages
//! are looked at when it is opened, and that of an entry when it is read.

use super::super::{StoreError, StoreErrorKind};
use super::deadline::Deadline;
use super::tables::{Found, OTHER_VERSION, Reader, Tables, begin, totals};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use redb::{Builder, Database, ReadableDatabase as _};
use std::fs::{self, OpenOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// If the file takes so many times what its entries may weigh, it is made shorter. A tree of which all is written anew
/// takes twice what it holds, and redb makes a file that is full twice as long.
const LONGEST: u64 = 3;

/// What is to be written: bytes and when they end, or nothing in place of what is there.
pub(super) struct Change {
    pub(super) key: String,
    pub(super) held: Option<(Arc<[u8]>, u64)>,
}

pub(super) struct File {
    path: PathBuf,
    identity: Identity,
    size: u64,
    /// What its entries may weigh: less than that, if they have turned out to take more than they weigh.
    room: AtomicU64,
    /// Locked by who reads for as long as that takes, by who writes to begin and to end, and for as long as the
    /// file is made shorter, which redb does only if nobody reads.
    open: RwLock<Open>,
}

struct Open {
    database: Database,
    /// As of the last commit: to open tables takes longer than to read an entry. None while something is written,
    /// so that no page has to stay for it.
    reader: Option<Reader>,
    writes: bool,
}

impl Open {
    fn reader(&self) -> Result<Reader, redb::Error> {
        Ok(Reader::new(&self.database.begin_read()?)?)
    }
}

/// What tells a file from another one at its path, where the system knows.
type Identity = (u64, u64);

fn identity(path: &Path) -> std::io::Result<Identity> {
    let _file = fs::metadata(path)?;
    #[cfg(unix)]
    let identity = {
        use std::os::unix::fs::MetadataExt as _;
        (_file.dev(), _file.ino())
    };
    #[cfg(not(unix))]
    let identity = (0, 0);
    Ok(identity)
}

fn damaged(what: impl std::fmt::Display) -> StoreError {
    StoreError::new(
        StoreErrorKind::Refused,
        format!("the file is damaged, or isn't one of memofn's: {what}"),
    )
}

fn late() -> StoreError {
    StoreError::new(StoreErrorKind::Timeout, "the file is busy")
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
        redb::Error::Corrupted(what) if what == OTHER_VERSION => {
            StoreError::new(StoreErrorKind::Refused, OTHER_VERSION)
        }
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
            let transaction = database.begin_write()?;
            begin(&transaction)?;
            transaction.commit()?;
            Ok(Self {
                path: path.to_owned(),
                identity: identity(path)?,
                size,
                room: AtomicU64::new(size),
                open: RwLock::new(Open {
                    database,
                    reader: None,
                    writes: false,
                }),
            })
        })
    }

    /// What a key holds, and when that ends; also if it has ended.
    pub(super) fn get(&self, key: &str, deadline: &Deadline) -> Result<Found, StoreError> {
        let mut open = self.read(deadline)?;
        if open.reader.is_none() && !open.writes {
            drop(open);
            let opened = self.open.try_write_until(deadline.instant());
            let mut opened = opened.ok_or_else(late)?;
            if opened.reader.is_none() && !opened.writes {
                opened.reader = Some(guarded(|| opened.reader())?);
            }
            open = RwLockWriteGuard::downgrade(opened);
        }
        guarded(|| match &open.reader {
            Some(reader) => Ok(reader.get(key)?),
            None => Ok(open.reader()?.get(key)?),
        })
    }

    fn read(&self, deadline: &Deadline) -> Result<RwLockReadGuard<'_, Open>, StoreError> {
        let soon = self.open.try_read();
        let open = soon.or_else(|| self.open.try_read_until(deadline.instant()));
        open.ok_or_else(late)
    }

    /// Something is written from now on, or isn't any more.
    fn writes(&self, writes: bool) {
        let mut open = self.open.write();
        open.reader = None;
        open.writes = writes;
    }

    /// Writes all of these or none of it, and waits until they are on the disk. Then takes away what has
    /// ended, and the oldest as long as all of it is too much. Gives when the next one ends.
    pub(super) fn write(&self, changes: &[Change]) -> Result<Option<u64>, StoreError> {
        self.writes(true);
        let written = guarded(|| {
            let transaction = self.open.read().database.begin_write()?;
            let next = {
                let mut tables = Tables::open(&transaction)?;
                for change in changes {
                    tables.take(&change.key, None)?;
                    if let Some((bytes, end)) = &change.held {
                        tables.add(&change.key, bytes, *end)?;
                    }
                }
                let room = self.room.load(Relaxed);
                let next = tables.sweep(room)?;
                tables.shrink(room)?;
                tables.close()?;
                next
            };
            transaction.commit()?;
            Ok(next)
        });
        self.writes(false);
        written
    }

    /// Whether it still has its name: without it nobody would find what is written.
    pub(super) fn is_there(&self) -> Result<(), StoreError> {
        match identity(&self.path) {
            Ok(identity) if identity == self.identity => Ok(()),
            _ => Err(StoreError::new(
                StoreErrorKind::Unavailable,
                "somebody has taken the file away",
            )),
        }
    }

    fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Whether the file has come to take more than it may.
    pub(super) fn is_too_long(&self) -> bool {
        self.length() > LONGEST * self.size
    }

    /// Moves what is at its end to where there is room before it. Who reads meanwhile waits. If it stays so long that
    /// it would soon have to be done again, there is room for less from now on.
    pub(super) fn shorten(&self) -> Result<(), StoreError> {
        let mut open = self.open.write();
        open.reader = None;
        guarded(|| Ok(open.database.compact().map(drop)?))?;
        if 2 * self.length() > LONGEST * self.size {
            let less = self.room.load(Relaxed) / 4 * 3;
            self.room.store(less.max(self.size / 4), Relaxed);
        }
        Ok(())
    }

    /// What all entries weigh, and how many there are.
    pub(super) fn totals(&self, deadline: &Deadline) -> Result<(u64, u64), StoreError> {
        let open = self.read(deadline)?;
        guarded(|| totals(&open.database.begin_read()?))
    }
}
