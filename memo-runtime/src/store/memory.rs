//! A store in this process, for tests: of what becomes of a function when its store fails, stalls or is
//! changed by others.

use super::budget::time_for;
use super::{AsyncStore, Capabilities, Listener, Store, StoreError, StoreErrorKind, StoreFuture};
use crate::clock::{self, NEVER, Nanos, nanos};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// When a hook of a [`Memory`] is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before anything is done.
    Asked,
    /// When it is done, and nobody knows yet.
    Done,
}

type Hook = dyn Fn(Moment, &'static str, &str) -> Result<(), StoreError> + Send + Sync;

/// A store in the memory of this process, for tests, which can fail and stall. Its lifetimes go by the clock
/// that [`testing::advance`](crate::testing::advance) moves. With the feature `test-util`.
///
/// ```
/// use memofn::{memoize, store::{Memory, StoreErrorKind}};
/// use std::sync::LazyLock;
///
/// static MEMORY: LazyLock<Memory> = LazyLock::new(Memory::new);
///
/// #[memoize(store = MEMORY, ttl = "1h", name = "squares")]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// assert_eq!((square(3), square(3)), (9, 9));
/// assert_eq!((square_cache_info().hits, square_cache_info().misses), (1, 1));
/// MEMORY.fail(Some(StoreErrorKind::Unavailable));
/// assert_eq!(square(3), 9); // computed
/// assert_eq!(square_cache_info().errors, 1);
/// ```
pub struct Memory {
    held: Mutex<BTreeMap<String, (Vec<u8>, Nanos)>>,
    capabilities: Capabilities,
    failing: Mutex<Option<StoreErrorKind>>,
    stalled: AtomicBool,
    hook: Mutex<Option<Arc<Hook>>>,
    listeners: Mutex<Vec<Arc<dyn Listener>>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// An empty one, which can do all that stores can.
    ///
    /// ```
    /// assert!(memofn::store::Memory::new().contents().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::with(Capabilities::new().fenced().invalidations())
    }

    /// An empty one that can do this.
    ///
    /// ```
    /// use memofn::store::{Capabilities, Memory, Store};
    /// assert!(!Memory::with(Capabilities::new()).capabilities().is_fenced());
    /// ```
    #[must_use]
    pub fn with(capabilities: Capabilities) -> Self {
        Self {
            held: Mutex::new(BTreeMap::new()),
            capabilities,
            failing: Mutex::new(None),
            stalled: AtomicBool::new(false),
            hook: Mutex::new(None),
            listeners: Mutex::new(Vec::new()),
        }
    }

    /// From now on every operation fails so; or none does.
    ///
    /// ```
    /// use memofn::store::{Memory, Store, StoreErrorKind};
    /// let memory = Memory::new();
    /// memory.fail(Some(StoreErrorKind::Full));
    /// assert_eq!(memory.get("k").unwrap_err().kind(), StoreErrorKind::Full);
    /// memory.fail(None);
    /// assert!(memory.get("k").is_ok());
    /// ```
    pub fn fail(&self, kind: Option<StoreErrorKind>) {
        *self.failing.lock() = kind;
    }

    /// From now on no operation is answered: a blocking one fails when its time is over, a future stays
    /// pending.
    ///
    /// ```
    /// use memofn::store::{Memory, Store, StoreErrorKind};
    /// let memory = Memory::new();
    /// memory.stall(true);
    /// assert_eq!(memory.get("k").unwrap_err().kind(), StoreErrorKind::Timeout);
    /// ```
    pub fn stall(&self, stalled: bool) {
        self.stalled.store(stalled, Relaxed);
    }

    /// From now on this is called with the moment, the name of the operation and the key, and may let it fail,
    /// or take its time, or do something to the store.
    ///
    /// ```
    /// use memofn::store::{Memory, Store};
    /// use std::sync::{Arc, Mutex};
    ///
    /// let (memory, seen) = (Memory::new(), Arc::new(Mutex::new(Vec::new())));
    /// let log = Arc::clone(&seen);
    /// memory.hook(move |_, operation, _| Ok(log.lock().unwrap().push(operation)));
    /// memory.get("k").unwrap();
    /// assert_eq!(*seen.lock().unwrap(), ["get", "get"]);
    /// ```
    pub fn hook(
        &self,
        hook: impl Fn(Moment, &'static str, &str) -> Result<(), StoreError> + Send + Sync + 'static,
    ) {
        *self.hook.lock() = Some(Arc::new(hook));
    }

    /// All keys and what they hold now.
    ///
    /// ```
    /// use memofn::store::{Memory, Store};
    /// let memory = Memory::new();
    /// memory.put("k", b"v", None).unwrap();
    /// assert_eq!(memory.contents(), [("k".to_owned(), b"v".to_vec())]);
    /// ```
    #[must_use]
    pub fn contents(&self) -> Vec<(String, Vec<u8>)> {
        let now = clock::now();
        let held = self.held.lock();
        let live = held.iter().filter(|(_, (_, end))| *end > now);
        live.map(|(key, (bytes, _))| (key.clone(), bytes.clone()))
            .collect()
    }

    /// Puts these bytes there, and tells nobody.
    ///
    /// ```
    /// use memofn::store::{Memory, Store};
    /// let memory = Memory::new();
    /// memory.plant("k", b"anything");
    /// assert!(memory.get("k").unwrap().is_some());
    /// ```
    pub fn plant(&self, key: &str, bytes: &[u8]) {
        self.held
            .lock()
            .insert(key.to_owned(), (bytes.to_vec(), NEVER));
    }

    /// Forgets all keys, and tells nobody.
    ///
    /// ```
    /// use memofn::store::Memory;
    /// let memory = Memory::new();
    /// memory.plant("k", b"anything");
    /// memory.clear();
    /// assert!(memory.contents().is_empty());
    /// ```
    pub fn clear(&self) {
        self.held.lock().clear();
    }

    /// Tells all listeners that they may have missed changes.
    ///
    /// ```
    /// memofn::store::Memory::new().reconnect();
    /// ```
    pub fn reconnect(&self) {
        let listeners = self.listeners.lock().clone();
        listeners.iter().for_each(|listener| listener.missed());
    }

    fn meet(&self, moment: Moment, operation: &'static str, key: &str) -> Result<(), StoreError> {
        let hook = self.hook.lock().clone();
        hook.map_or(Ok(()), |hook| hook(moment, operation, key))
    }

    /// An operation that answers at once.
    fn perform<T>(
        &self,
        operation: &'static str,
        key: &str,
        change: impl FnOnce(&mut BTreeMap<String, (Vec<u8>, Nanos)>) -> T,
    ) -> Result<T, StoreError> {
        self.meet(Moment::Asked, operation, key)?;
        if let Some(kind) = *self.failing.lock() {
            return Err(StoreError::new(kind, "as the test says"));
        }
        let done = {
            let mut held = self.held.lock();
            let now = clock::now();
            if held.get(key).is_some_and(|(_, end)| *end <= now) {
                held.remove(key);
            }
            change(&mut held)
        };
        if ["put", "remove", "announce"].contains(&operation) {
            let listeners = self.listeners.lock().clone();
            listeners.iter().for_each(|listener| listener.changed(key));
        }
        self.meet(Moment::Done, operation, key)?;
        Ok(done)
    }

    fn end(&self, ttl: Option<Duration>) -> Nanos {
        let Some(ttl) = ttl else {
            return NEVER;
        };
        let step = nanos(self.capabilities.lifetime_step()).max(1);
        let steps = nanos(ttl).div_ceil(step).max(1);
        clock::now().saturating_add(steps.saturating_mul(step))
    }

    fn blocked(&self) -> Result<(), StoreError> {
        if self.stalled.load(Relaxed) {
            std::thread::sleep(time_for(self.capabilities.longest_wait()));
            return Err(StoreError::new(StoreErrorKind::Timeout, "stalled"));
        }
        Ok(())
    }

    fn awaited<'s, T: Send + 's>(
        &'s self,
        operation: impl FnOnce() -> Result<T, StoreError> + Send + 's,
    ) -> StoreFuture<'s, T> {
        Box::pin(async move {
            if self.stalled.load(Relaxed) {
                std::future::pending::<()>().await;
            }
            operation()
        })
    }

    fn get_now(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let get = |held: &mut BTreeMap<String, (Vec<u8>, _)>| held.get(key).cloned();
        let found = self.perform("get", key, get)?;
        Ok(found.map(|(bytes, _)| bytes))
    }

    fn claim_now(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
        let end = self.end(Some(lease));
        self.perform("claim", key, |held| {
            let free = !held.contains_key(key);
            if free {
                held.insert(key.to_owned(), (token.to_vec(), end));
            }
            free
        })
    }

    fn fill_now(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let end = self.end(ttl);
        let fenced = self.capabilities.is_fenced();
        self.perform("fill", key, |held| {
            let fits = !fenced || held.get(key).is_some_and(|(bytes, _)| bytes == token);
            if fits {
                held.insert(key.to_owned(), (value.to_vec(), end));
            }
            fits
        })
    }

    fn put_now(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        let end = self.end(ttl);
        self.perform("put", key, |held| {
            held.insert(key.to_owned(), (value.to_vec(), end));
        })
    }

    fn remove_now(&self, key: &str) -> Result<bool, StoreError> {
        self.perform("remove", key, |held| held.remove(key).is_some())
    }

    fn announce_now(&self, key: &str) -> Result<(), StoreError> {
        self.perform("announce", key, |_| ())
    }

    fn remove_if_now(&self, key: &str, expected: &[u8]) -> Result<bool, StoreError> {
        self.perform("remove_if", key, |held| {
            let fits = held.get(key).is_some_and(|(bytes, _)| bytes == expected);
            fits && held.remove(key).is_some()
        })
    }
}

impl Store for Memory {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.blocked()?;
        self.get_now(key)
    }
    fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
        self.blocked()?;
        self.claim_now(key, token, lease)
    }
    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        self.blocked()?;
        self.fill_now(key, token, value, ttl)
    }
    fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        self.blocked()?;
        self.put_now(key, value, ttl)
    }
    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        self.blocked()?;
        self.remove_now(key)
    }
    fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
        self.blocked()?;
        self.remove_if_now(key, held)
    }
    fn announce(&self, key: &str) -> Result<(), StoreError> {
        self.blocked()?;
        self.announce_now(key)
    }
    fn listen(&self, listener: Arc<dyn Listener>) {
        self.listeners.lock().push(listener);
    }
}

impl AsyncStore for Memory {
    fn get_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.awaited(move || self.get_now(key))
    }
    fn claim_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        lease: Duration,
    ) -> StoreFuture<'s, bool> {
        self.awaited(move || self.claim_now(key, token, lease))
    }
    fn fill_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, bool> {
        self.awaited(move || self.fill_now(key, token, value, ttl))
    }
    fn put_async<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, ()> {
        self.awaited(move || self.put_now(key, value, ttl))
    }
    fn remove_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, bool> {
        self.awaited(move || self.remove_now(key))
    }
    fn remove_if_async<'s>(&'s self, key: &'s str, held: &'s [u8]) -> StoreFuture<'s, bool> {
        self.awaited(move || self.remove_if_now(key, held))
    }
    fn announce_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        self.awaited(move || self.announce_now(key))
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory")
            .field("keys", &self.held.lock().keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
