//! What a program calls, written down while it runs. With the feature `record`.
//!
//! All calls come through `Cache::hit`; while they are recorded, the cache's [`Dial`](crate::dial::Dial)
//! sends them the way of those that have more to do, where their hash goes into a [`Ring`]. A thread
//! takes it from there into the file. So a call pays for a place in the ring, never for the file; when
//! the file is too slow, keys are dropped and counted.

mod ring;

pub(crate) use ring::Ring;

use crate::cache::Cache;
use crate::dial::Dial;
use crate::scope::Scope;
use parking_lot::Mutex;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

/// Keys that may wait to be written: 4 MiB, some 40 ms of nothing but hits.
const WAITING: usize = 1 << 19;

/// After which time the writer looks for keys, if nobody calls it.
const LOOKS: Duration = Duration::from_millis(20);

/// Where a cache's calls are told, if anybody wants to know of them.
pub(crate) struct Tap(OnceLock<Arc<Tape>>);

/// What calls and the writer share. It stays with the cache, for the next recording.
struct Tape {
    ring: Ring,
    /// Is there a recording?
    taken: AtomicBool,
    /// Is it to end?
    ends: AtomicBool,
    writer: Mutex<Option<Thread>>,
}

impl Tap {
    pub(crate) fn new() -> Self {
        Self(OnceLock::new())
    }

    /// A call.
    pub(crate) fn note(&self, hash: u64) {
        if let Some(tape) = self.0.get() {
            if tape.ring.push(hash) {
                tape.wake();
            }
        }
    }

    fn tape(&self) -> &Arc<Tape> {
        self.0.get_or_init(|| {
            Arc::new(Tape {
                ring: Ring::new(WAITING),
                taken: AtomicBool::new(false),
                ends: AtomicBool::new(false),
                writer: Mutex::new(None),
            })
        })
    }
}

/// A recording that was forgotten ends with its cache.
impl Drop for Tap {
    fn drop(&mut self) {
        if let Some(tape) = self.0.get() {
            tape.end();
        }
    }
}

impl Tape {
    fn wake(&self) {
        if let Some(writer) = &*self.writer.lock() {
            writer.unpark();
        }
    }

    fn end(&self) {
        self.ring.close();
        self.ends.store(true, Ordering::Release);
        self.wake();
    }

    /// Writes what comes until it is to end: how many keys that were.
    fn write(&self, mut file: impl Write) -> io::Result<u64> {
        let mut bytes = Vec::new();
        let mut written = 0;
        let mut patience = 1000;
        loop {
            let ends = self.ends.load(Ordering::Acquire);
            let keys = self
                .ring
                .take(|key| bytes.extend_from_slice(&key.to_le_bytes()));
            if let Err(error) = file.write_all(&bytes) {
                self.ring.close();
                return Err(error);
            }
            bytes.clear();
            written += keys as u64;
            if !ends {
                thread::park_timeout(LOOKS);
            } else if keys == 0 {
                // A call may have a place and not have written its key yet.
                if !self.ring.has_more() || patience == 0 {
                    break;
                }
                patience -= 1;
                thread::yield_now();
            }
        }
        file.flush()?;
        Ok(written)
    }
}

impl<K, V, S: Scope> Cache<K, V, S> {
    /// Writes the key of every call from here on into a file, until the [`Recording`] ends: hits and
    /// misses of the memoized function, or of `get` and `get_or_insert_with`. The program
    /// `memofn-sim` in memofn's repository replays the file, and advises which policy and capacity to
    /// write. An existing file is overwritten. With the feature `record`.
    ///
    /// A key is written as its hash: 8 bytes, the least significant first, and nothing else. Within a
    /// recording equal keys have equal hashes, and different ones different hashes but for a chance of
    /// one in 2⁶² a pair (a `hasher` of one's own may do worse); the default hasher is seeded, so
    /// recordings of two caches or processes can't be compared, and say nothing of the keys. Keys are in
    /// the order in which calls began; those of several threads as they came to be noted.
    ///
    /// While it goes on a call costs some nanoseconds more, and never waits for the file: up to 524,288
    /// keys (4 MiB, allocated with the first recording and kept for the next) wait to be written by a thread; those
    /// that come when there is no room are dropped and counted. A hit of a cache that isn't recorded
    /// pays nothing. After `fork`, record in one of the processes only.
    ///
    /// # Errors
    /// When the file can't be created, the thread can't be started, or the cache is being recorded
    /// already ([`io::ErrorKind::ResourceBusy`]). Errors of writing come with [`Recording::finish`].
    ///
    /// ```
    /// use memofn::memoize;
    ///
    /// #[memoize(capacity = 100)]
    /// fn square(n: u64) -> u64 {
    ///     n * n
    /// }
    ///
    /// # let path = std::env::temp_dir().join(format!("memofn-doc-{}.u64", std::process::id()));
    /// # #[cfg(feature = "record")] {
    /// let recording = square_cache().record(&path)?;
    /// for n in [1, 2, 1] {
    ///     square(n);
    /// }
    /// let recorded = recording.finish()?;
    /// assert_eq!((recorded.written, recorded.dropped), (3, 0));
    ///
    /// let bytes = std::fs::read(&path)?;
    /// assert_eq!(bytes.len(), 24);
    /// assert_eq!(bytes[..8], bytes[16..]); // the same key
    /// # std::fs::remove_file(&path)?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn record(&self, path: impl AsRef<Path>) -> io::Result<Recording<'_>> {
        let tape = self.tap.tape();
        if tape.taken.swap(true, Ordering::Acquire) {
            let kind = io::ErrorKind::ResourceBusy;
            return Err(io::Error::new(kind, "this cache is being recorded already"));
        }
        let begun = File::create(path).and_then(|file| {
            tape.ends.store(false, Ordering::Relaxed);
            tape.ring.open();
            let writes = Arc::clone(tape);
            let named = thread::Builder::new().name("memofn-record".into());
            named.spawn(move || writes.write(file))
        });
        match begun {
            Ok(writer) => {
                *tape.writer.lock() = Some(writer.thread().clone());
                self.more.tell_all();
                Ok(Recording {
                    dial: &self.more,
                    tape,
                    writer: Some(writer),
                })
            }
            Err(error) => {
                tape.ring.close();
                tape.taken.store(false, Ordering::Release);
                Err(error)
            }
        }
    }
}

/// The calls of a cache are being written into a file: see [`Cache::record`]. Ends when it is dropped, or
/// by [`finish`](Self::finish), which tells how it went. Both wait for what is left to be written. If it
/// is forgotten the recording goes on for as long as there is the cache; at the end of the program what
/// was recorded in the last 20 ms may be missing.
#[must_use = "the recording ends when this is dropped"]
pub struct Recording<'c> {
    dial: &'c Dial,
    tape: &'c Tape,
    writer: Option<JoinHandle<io::Result<u64>>>,
}

impl Recording<'_> {
    /// Ends it.
    ///
    /// # Errors
    /// When the file couldn't be written. What was written before that is in it.
    ///
    /// ```
    /// # #[cfg(feature = "record")] {
    /// # let path = std::env::temp_dir().join(format!("memofn-doc2-{}.u64", std::process::id()));
    /// let cache: memofn::Cache<u8, u8> = memofn::Cache::new(2);
    /// let recording = cache.record(&path)?;
    /// cache.get_or_insert_with(&1, || 1);
    /// assert_eq!(recording.finish()?.to_string(), "1 calls written, 0 dropped");
    /// # std::fs::remove_file(&path)?;
    /// # }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn finish(mut self) -> io::Result<Recorded> {
        self.end()
    }

    fn end(&mut self) -> io::Result<Recorded> {
        let Some(writer) = self.writer.take() else {
            return Ok(Recorded::default());
        };
        self.dial.as_usual();
        self.tape.end();
        let written = writer.join();
        let dropped = self.tape.ring.dropped();
        *self.tape.writer.lock() = None;
        self.tape.taken.store(false, Ordering::Release);
        let written = written.unwrap_or_else(|_| Err(io::Error::other("the writer panicked")))?;
        Ok(Recorded { written, dropped })
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        // Who wants to know calls `finish`.
        let _ = self.end();
    }
}

impl fmt::Debug for Recording<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").finish_non_exhaustive()
    }
}

/// How a recording went: see [`Recording::finish`].
///
/// ```
/// # #[cfg(feature = "record")] {
/// # let path = std::env::temp_dir().join(format!("memofn-doc3-{}.u64", std::process::id()));
/// let cache: memofn::Cache<u8, u8> = memofn::Cache::new(2);
/// let recorded = cache.record(&path)?.finish()?;
/// assert_eq!((recorded.written, recorded.dropped), (0, 0));
/// # std::fs::remove_file(&path)?;
/// # }
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recorded {
    /// Calls whose key is in the file.
    pub written: u64,
    /// Calls that came when too many keys waited to be written.
    pub dropped: u64,
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { written, dropped } = self;
        write!(f, "{written} calls written, {dropped} dropped")
    }
}
