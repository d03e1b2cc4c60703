//! How do I bring a store of my own? A folder in which each key is a file: two runs of this program, or two
//! programs at once, share what it holds.
//!
//! `cargo run --features store --example directory_store`

use memofn::memoize;
use memofn::store::{Capabilities, Store, StoreError, StoreErrorKind, time_left};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A file holds eight bytes that say when it ends, in milliseconds, and then what was put there.
pub struct Directory {
    folder: PathBuf,
}

/// While it lives, this process alone changes files.
struct Lock(PathBuf);

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.0);
    }
}

fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    since.as_millis() as u64
}

impl Directory {
    /// In this folder, which is made if it isn't there.
    pub fn new(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    fn file(&self, key: &str) -> PathBuf {
        // A colon has no place in some systems' names.
        self.folder.join(key.replace(':', "+"))
    }

    /// A folder can be made once. One that was left behind by who died goes after a second.
    fn lock(&self) -> Result<Lock, StoreError> {
        let (path, deadline) = (self.folder.join("lock"), Instant::now() + time_left());
        loop {
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Lock(path)),
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
                Err(_) if Instant::now() >= deadline => {
                    let made = fs::metadata(&path).and_then(|made| made.modified());
                    if made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age.as_secs() > 0)) {
                        let _ = fs::remove_dir(&path);
                    }
                    return Err(StoreError::new(StoreErrorKind::Timeout, "it is locked"));
                }
                Err(_) => sleep(Duration::from_millis(1)),
            }
        }
    }

    fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = match fs::read(self.file(key)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            bytes => bytes?,
        };
        let Some(end) = bytes.first_chunk().map(|end| u64::from_le_bytes(*end)) else {
            return Ok(None);
        };
        bytes.drain(..8);
        Ok((end > now()).then_some(bytes))
    }

    /// Under another name first: who reads sees all of it or nothing.
    fn write(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        let ttl = ttl.map_or(u128::MAX, |ttl| ttl.as_millis().max(1));
        let end = now().saturating_add(u64::try_from(ttl).unwrap_or(u64::MAX));
        let written = self.folder.join("written");
        fs::write(&written, [&end.to_le_bytes(), value].concat())?;
        Ok(fs::rename(written, self.file(key))?)
    }

    fn delete(&self, key: &str) -> Result<bool, StoreError> {
        match fs::remove_file(self.file(key)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }
}

impl Store for Directory {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().fenced()
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(key)
    }

    fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
        let _lock = self.lock()?;
        let free = self.read(key)?.is_none();
        if free {
            self.write(key, token, Some(lease))?;
        }
        Ok(free)
    }

    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let _lock = self.lock()?;
        let ours = self.read(key)?.is_some_and(|held| held == token);
        if ours {
            self.write(key, value, ttl)?;
        }
        Ok(ours)
    }

    fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        let _lock = self.lock()?;
        self.write(key, value, ttl)
    }

    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        let _lock = self.lock()?;
        Ok(self.read(key)?.is_some() & self.delete(key)?)
    }

    fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
        let _lock = self.lock()?;
        Ok(self.read(key)?.is_some_and(|now| now == held) && self.delete(key)?)
    }
}

static RESULTS: LazyLock<Directory> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join("memofn-directory-store");
    Directory::new(&folder).unwrap_or(Directory { folder })
});

/// Takes a while, once a minute.
#[memoize(store = RESULTS, ttl = "1m", version = 1)]
fn primes_below(n: u64) -> usize {
    let is_prime = |n: &u64| (2..).take_while(|d| d * d <= *n).all(|d| n % d != 0);
    (2..n).filter(is_prime).count()
}

fn main() {
    for _ in 0..2 {
        let begun = Instant::now();
        let count = primes_below(300_000);
        assert_eq!(count, 25_997);
        println!("{count} primes, after {:?}", begun.elapsed());
    }
    // The second one is a hit; so is the first, within a minute after another run.
    let info = primes_below_cache_info();
    println!("{info}");
    assert!(info.hits >= 1 && info.errors == 0, "{info}");
}

/// The library's own suite, for any store.
#[cfg(test)]
#[test]
fn the_directory_does_what_stores_do() {
    let folder = std::env::temp_dir().join(format!("memofn-conformance-{}", std::process::id()));
    let directory = Directory::new(&folder).unwrap();
    memofn::store::conformance::check(&directory, "test:f:00:");
    fs::remove_dir_all(folder).unwrap();
}
