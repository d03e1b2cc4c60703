//! Who shares a cache: all threads, or one. What differs is the lock, where a reader says what it
//! reads, and where hits are counted; everything else is the same code.

use crate::hazard::{self, Record, domain};
use crate::sync::{Mutex, MutexGuard, global};
use std::cell::{Cell, RefCell, RefMut};
use std::fmt;
use std::ops::DerefMut;

/// Exclusive access to what a cache does on misses.
pub trait Lock<T> {
    /// While it lives, nobody else has access.
    type Guard<'l>: DerefMut<Target = T>
    where
        Self: 'l;
    /// Unlocked.
    fn new(value: T) -> Self;
    /// Waits for access.
    fn lock(&self) -> Self::Guard<'_>;
}

/// Who shares a [`Cache`](crate::Cache): [`Shared`] or [`Local`]. Sealed.
///
/// ```
/// use memofn::{Cache, LocalCache, Scope};
///
/// fn sum<S: Scope>(cache: &Cache<u8, u32, S>) -> u32 {
///     cache.iter().map(|(_, value)| value).sum()
/// }
///
/// let (shared, local) = (Cache::new(10), LocalCache::new(10));
/// shared.insert(1, 2);
/// local.insert(1, 3);
/// assert_eq!(sum(&shared) + sum(&*local), 5);
/// ```
pub trait Scope: sealed::Engine + Sized + 'static {}

pub(crate) mod sealed {
    use super::{Lock, Record};

    /// What the engine needs to know.
    pub trait Engine {
        /// Whether other threads may take out an entry while this one reads it.
        const CONCURRENT: bool;
        type Lock<T>: Lock<T>;
        fn new() -> Self;
        /// The cache's own.
        fn number(&self) -> usize;
        /// This thread's record, if it has one by now.
        #[allow(private_interfaces, private_bounds)]
        fn record(&self) -> Option<&Record>;
        /// Runs `f` with this thread's record.
        #[allow(private_interfaces, private_bounds)]
        fn with_record<R>(&self, f: impl FnOnce(&Record) -> R) -> R;
        /// The addresses that are being read, in order; `None` if that can't be told.
        fn named(&self) -> Option<Vec<*mut u8>>;
        /// Sees to it that this thread can count hits.
        #[allow(private_interfaces, private_bounds)]
        fn prepare_count(&self, record: &Record);
        /// Counts a hit. Gives this thread's count; 0: it can't yet.
        #[allow(private_interfaces, private_bounds)]
        fn count_hit(&self, record: &Record) -> u64;
        /// Hits since [`zero_hits`](Self::zero_hits).
        fn hits(&self) -> u64;
        fn zero_hits(&self);
    }
}

/// All threads share the cache: `scope = "global"`, the default.
///
/// ```
/// let cache: memofn::Cache<u8, u8, memofn::Shared> = memofn::Cache::new(10);
/// std::thread::scope(|scope| drop(scope.spawn(|| cache.insert(1, 2))));
/// assert_eq!(cache.get(&1), Some(2));
/// ```
pub struct Shared {
    /// The number under which threads count its hits.
    number: usize,
    /// Hits that don't count: of earlier caches with this number, and from before a `clear`.
    before: std::sync::atomic::AtomicU64,
}

global! {
    /// The numbers of caches that are gone, and the first that was never used.
    fn all_numbers() -> std::sync::Mutex<(Vec<usize>, usize)> =
        std::sync::Mutex::new((Vec::new(), 0))
}

fn numbers() -> std::sync::MutexGuard<'static, (Vec<usize>, usize)> {
    all_numbers()
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Scope for Shared {}

#[allow(private_interfaces, private_bounds)]
impl sealed::Engine for Shared {
    const CONCURRENT: bool = true;
    type Lock<T> = Mutex<T>;

    fn new() -> Self {
        let number = {
            let (vacant, next) = &mut *numbers();
            vacant.pop().unwrap_or_else(|| {
                *next += 1;
                *next - 1
            })
        };
        let before = domain().hits(number).into();
        Self { number, before }
    }
    fn number(&self) -> usize {
        self.number
    }
    #[inline]
    fn record(&self) -> Option<&Record> {
        hazard::current()
    }
    fn with_record<R>(&self, f: impl FnOnce(&Record) -> R) -> R {
        hazard::with_record(f)
    }
    fn named(&self) -> Option<Vec<*mut u8>> {
        domain().named()
    }
    #[inline]
    fn prepare_count(&self, record: &Record) {
        record.prepare_count(self.number);
    }
    #[inline]
    fn count_hit(&self, record: &Record) -> u64 {
        record.count_hit(self.number)
    }
    fn hits(&self) -> u64 {
        let before = self.before.load(std::sync::atomic::Ordering::Relaxed);
        domain().hits(self.number).saturating_sub(before)
    }
    fn zero_hits(&self) {
        let all = domain().hits(self.number);
        self.before.store(all, std::sync::atomic::Ordering::Relaxed);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        numbers().0.push(self.number);
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl<T> Lock<T> for Mutex<T> {
    type Guard<'l>
        = MutexGuard<'l, T>
    where
        T: 'l;
    fn new(value: T) -> Self {
        Mutex::new(value)
    }
    #[inline]
    fn lock(&self) -> MutexGuard<'_, T> {
        Mutex::lock(self)
    }
}

/// One thread has the cache: `scope = "thread"`. No synchronisation at all. See
/// [`LocalCache`](crate::LocalCache).
///
/// ```
/// let cache = memofn::LocalCache::<u8, u8>::new(10);
/// let inside: &memofn::Cache<u8, u8, memofn::Local> = &cache;
/// assert!(inside.is_empty());
/// ```
pub struct Local {
    record: Record,
    hits: Cell<u64>,
    number: usize,
}

impl Scope for Local {}

#[allow(private_interfaces, private_bounds)]
impl sealed::Engine for Local {
    const CONCURRENT: bool = false;
    type Lock<T> = RefCell<T>;

    fn new() -> Self {
        /// Down from the end, away from those of shared caches.
        static LAST: std::sync::atomic::AtomicUsize =
            std::sync::atomic::AtomicUsize::new(usize::MAX);
        let (record, hits) = (Record::new(), Cell::new(0));
        let number = LAST.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        Self {
            record,
            hits,
            number,
        }
    }
    fn number(&self) -> usize {
        self.number
    }
    #[inline]
    fn record(&self) -> Option<&Record> {
        Some(&self.record)
    }
    fn with_record<R>(&self, f: impl FnOnce(&Record) -> R) -> R {
        f(&self.record)
    }
    fn named(&self) -> Option<Vec<*mut u8>> {
        Some(self.record.named())
    }
    fn prepare_count(&self, _: &Record) {}
    #[inline]
    fn count_hit(&self, _: &Record) -> u64 {
        let count = self.hits.get() + 1;
        self.hits.set(count);
        count
    }
    fn hits(&self) -> u64 {
        self.hits.get()
    }
    fn zero_hits(&self) {
        self.hits.set(0);
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}

/// User code never runs while it is borrowed, so nobody ever meets it borrowed.
impl<T> Lock<T> for RefCell<T> {
    type Guard<'l>
        = RefMut<'l, T>
    where
        T: 'l;
    fn new(value: T) -> Self {
        RefCell::new(value)
    }
    #[inline]
    fn lock(&self) -> RefMut<'_, T> {
        self.borrow_mut()
    }
}
