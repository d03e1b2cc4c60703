//! A file on this machine. With the feature `disk`; it needs Rust 1.90.
//!
//! `store = "disk"` uses [`disk()`], whose file is named by `MEMOFN_DISK_PATH` or by [`configure`]. A
//! [`Disk`] of one's own is a store as any other.
//!
//! *What survives.* Results are written as they come, together, five times a second at most, and each time the disk
//! is waited for. So the end of the process in any way (`SIGKILL` included), or of the machine, takes what came in
//! the last second at most, and never part of a result. A program that ends at once after its last result
//! calls [`Disk::flush`] before.
//!
//! *How large it gets.* At most [`Disk::with_size`], or `MEMOFN_DISK_SIZE`, such as `256MiB`, which is the default:
//! then the oldest results leave. What has ended leaves by itself. The file has free pages besides: it
//! takes one to three times that. What is written when results are nearly as large as all of it may take more; then
//! the file is made shorter, and meanwhile nothing is stored, and who reads waits, as for any slow store.
//!
//! *Who can use it.* All threads of one process. To another one the file is out of reach as long as the first
//! has it: its functions compute, and try again. So results are shared by processes that run one after the
//! other; for several at a time there are servers.
//!
//! *A damaged file* is told apart: all of it is checked when it is opened, in the background, and each result when
//! it is read. Such a file is left as it is, and every operation fails with a text that says so, until somebody
//! takes it away. It is made readable for its owner only, and isn't encrypted.
//!
//! It is a file of [redb](https://docs.rs/redb).

mod deadline;
mod file;
mod pending;
mod shared;
mod tables;
mod writer;

use super::budget::time_for;
use super::errand;
use super::{AsyncStore, Capabilities, Store, StoreError, StoreErrorKind, StoreFuture, settings};
use deadline::Deadline;
use once_cell::sync::OnceCell;
use shared::Shared;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How large a file gets if nothing is said.
const SIZE: u64 = 256 << 20;
/// Least: below it the file's own structure takes more than that.
const LEAST: u64 = 1 << 20;
/// How long calls wait for the file to be opened, if their time-out isn't longer: otherwise the first ones of
/// each run would find nothing.
const OPENING: Duration = Duration::from_secs(1);
/// How long a first call may wait for the file when it isn't asked as a store.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store in a file. Cheap to clone; clones share the file, which is closed with the last one, after
/// all was written.
///
/// ```
/// use memofn::store::Store;
/// use memofn::store::disk::Disk;
/// use std::time::Duration;
///
/// let path = std::env::temp_dir().join(format!("memofn-doc-{}.redb", std::process::id()));
/// let disk = Disk::open(&path);
/// disk.flush().unwrap(); // opened; as a store it waits no longer than its time-out
/// disk.put("memo:key", b"value", Some(Duration::from_secs(60))).unwrap();
/// drop(disk); // as at the end of a run
///
/// let disk = Disk::open(&path);
/// disk.flush().unwrap();
/// assert_eq!(disk.get("memo:key").unwrap().as_deref(), Some(b"value".as_slice()));
/// # drop(disk);
/// # std::fs::remove_file(path).unwrap();
/// ```
#[derive(Clone)]
pub struct Disk {
    open: Result<Arc<Open>, ConfigureError>,
    timeout: Option<Duration>,
}

struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Disk {
    /// In this file. It is opened, or made with the folders it is in, when it is first used.
    ///
    /// ```
    /// use memofn::store::disk::Disk;
    /// let disk = Disk::open("/var/cache/shop/results.redb");
    /// assert_eq!(format!("{disk:?}"), "Disk(/var/cache/shop/results.redb)");
    /// ```
    pub fn open(path: impl Into<PathBuf>) -> Self {
        let shared = Shared::new(path.into(), SIZE);
        Self {
            open: Ok(Arc::new(Open(Arc::new(shared)))),
            timeout: None,
        }
    }

    /// With at most so many bytes of results, 1 MiB at least. Before it is used: otherwise it is another store,
    /// to which the file is out of reach.
    ///
    /// ```
    /// use memofn::store::disk::Disk;
    /// let disk = Disk::open("/var/cache/shop/results.redb").with_size(1 << 30);
    /// ```
    #[must_use]
    pub fn with_size(mut self, bytes: u64) -> Self {
        if let Ok(open) = &self.open {
            let path = open.0.path().to_owned();
            let shared = Shared::new(path, bytes.max(LEAST));
            self.open = Ok(Arc::new(Open(Arc::new(shared))));
        }
        self
    }

    /// With a longest time of its own for what a call waits for it, in place of [`Settings::timeout`](super::Settings).
    ///
    /// ```
    /// use memofn::store::disk::Disk;
    /// use std::time::Duration;
    /// let disk = Disk::open("results.redb").with_timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Waits until what was stored so far is on the disk, as long as that takes; for the file to be opened, up to a
    /// minute.
    ///
    /// # Errors
    /// When the file can't be opened or written.
    ///
    /// ```
    /// use memofn::store::disk::Disk;
    /// let nowhere = Disk::open("/dev/null/results.redb");
    /// assert!(nowhere.flush().is_err());
    /// ```
    pub fn flush(&self) -> Result<(), StoreError> {
        // What calls have left to others.
        errand::wait_for_all(PATIENCE);
        self.shared()?.flush(&Deadline::within(PATIENCE))
    }

    /// How many bytes of results are in the file, as [`with_size`](Self::with_size) counts them (what they take there,
    /// about), and how many results. Without those that aren't written yet.
    ///
    /// # Errors
    /// When the file can't be opened or read.
    ///
    /// ```
    /// use memofn::store::disk::Disk;
    /// # let path = std::env::temp_dir().join(format!("memofn-totals-{}.redb", std::process::id()));
    /// let disk = Disk::open(&path);
    /// assert_eq!(disk.totals().unwrap(), (0, 0));
    /// # drop(disk);
    /// # std::fs::remove_file(path).unwrap();
    /// ```
    pub fn totals(&self) -> Result<(u64, u64), StoreError> {
        self.shared()?.totals(&Deadline::within(PATIENCE))
    }

    fn shared(&self) -> Result<&Arc<Shared>, StoreError> {
        match &self.open {
            Ok(open) => Ok(&open.0),
            Err(error) => Err(StoreError::new(StoreErrorKind::Refused, error.clone())),
        }
    }

    fn deadline(&self) -> Deadline {
        let left = time_for(self.timeout);
        let usual = self.timeout.unwrap_or_else(|| settings().timeout);
        Deadline::within(left.min(usual)).opened_within(left)
    }

    /// Reading a file may block: that is done by threads that may.
    fn elsewhere<'s, T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'s, T> {
        let disk = self.clone();
        Box::pin(blocking::unblock(move || work(&disk)))
    }
}

/// Its path.
impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.open {
            Ok(open) => write!(f, "Disk({})", open.0.path().display()),
            Err(error) => write!(f, "Disk({error})"),
        }
    }
}

impl Store for Disk {
    fn capabilities(&self) -> Capabilities {
        let timeout = self
            .timeout
            .unwrap_or_else(|| settings().timeout.max(OPENING));
        Capabilities::new().fenced().exclusive().timeout(timeout)
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.shared()?.get(key, &self.deadline())
    }

    fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
        self.shared()?.claim(key, token, lease, &self.deadline())
    }

    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let shared = self.shared()?;
        shared.put(key, Some(token), value, ttl, &self.deadline())
    }

    fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        let shared = self.shared()?;
        shared
            .put(key, None, value, ttl, &self.deadline())
            .map(drop)
    }

    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        self.shared()?.remove(key, None, &self.deadline())
    }

    fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
        self.shared()?.remove(key, Some(held), &self.deadline())
    }
}

impl AsyncStore for Disk {
    fn get_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        let key = key.to_owned();
        self.elsewhere(move |disk| disk.get(&key))
    }

    fn claim_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        lease: Duration,
    ) -> StoreFuture<'s, bool> {
        let (key, token) = (key.to_owned(), token.to_vec());
        self.elsewhere(move |disk| disk.claim(&key, &token, lease))
    }

    fn fill_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, bool> {
        let (key, token, value) = (key.to_owned(), token.to_vec(), value.to_vec());
        self.elsewhere(move |disk| disk.fill(&key, &token, &value, ttl))
    }

    fn put_async<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, ()> {
        let (key, value) = (key.to_owned(), value.to_vec());
        self.elsewhere(move |disk| disk.put(&key, &value, ttl))
    }

    fn remove_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, bool> {
        let key = key.to_owned();
        self.elsewhere(move |disk| disk.remove(&key))
    }

    fn remove_if_async<'s>(&'s self, key: &'s str, held: &'s [u8]) -> StoreFuture<'s, bool> {
        let (key, held) = (key.to_owned(), held.to_vec());
        self.elsewhere(move |disk| disk.remove_if(&key, &held))
    }
}

static DISK: OnceCell<Disk> = OnceCell::new();

/// The file that `store = "disk"` means: what [`configure`] was given, or `MEMOFN_DISK_PATH`, of at most
/// `MEMOFN_DISK_SIZE`. If nothing names one, that is told of on standard error, and every operation fails.
///
/// ```
/// use memofn::store::disk::{Disk, configure, disk};
///
/// configure(Disk::open("/var/cache/shop/results.redb")).unwrap();
/// assert_eq!(format!("{:?}", disk()), "Disk(/var/cache/shop/results.redb)");
/// ```
pub fn disk() -> &'static Disk {
    DISK.get_or_init(|| {
        let named = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let Some(path) = named("MEMOFN_DISK_PATH") else {
            let what =
                "no file is named: set MEMOFN_DISK_PATH, or configure one before the first call";
            eprintln!("memofn: {what}");
            return Disk {
                open: Err(ConfigureError(what)),
                timeout: None,
            };
        };
        let disk = Disk::open(path);
        match named("MEMOFN_DISK_SIZE").map(|text| bytes(&text.to_string_lossy())) {
            None => disk,
            Some(Some(size)) => disk.with_size(size),
            Some(None) => {
                eprintln!("memofn: MEMOFN_DISK_SIZE is left aside: write it as `256MiB` or `1GiB`");
                disk
            }
        }
    })
}

/// `4096`, `512KiB`, `256MiB`, `1GiB`.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim() {
        "" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return None,
    };
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    number.checked_mul(1 << shift)
}

/// Sets it, once, before anything uses it.
///
/// # Errors
/// When it is in use already.
///
/// ```
/// use memofn::store::disk::{Disk, configure};
///
/// configure(Disk::open("/var/cache/shop/results.redb")).unwrap();
/// let error = configure(Disk::open("/tmp/other.redb")).unwrap_err();
/// assert!(error.to_string().contains("in use already"));
/// ```
pub fn configure(disk: Disk) -> Result<(), ConfigureError> {
    let late = "the file is in use already: set it before the first call";
    { DISK.set(disk) }.map_err(|_| ConfigureError(late))
}

/// Why there is no file, or no other one any more.
///
/// ```
/// use memofn::store::disk::{Disk, configure};
/// configure(Disk::open("/tmp/results.redb")).unwrap();
/// assert!(configure(Disk::open("/tmp/results.redb")).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct ConfigureError(&'static str);

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ConfigureError {}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(bytes("4096"), Some(4_096));
        assert_eq!(bytes("512KiB"), Some(512 << 10));
        assert_eq!(bytes("256 MiB"), Some(256 << 20));
        assert_eq!(bytes("1GiB"), Some(1 << 30));
        for bad in ["", "0", "MiB", "1 MB", "-1", "1.5GiB", "99999999999GiB"] {
            assert_eq!(bytes(bad), None, "{bad}");
        }
    }
}
