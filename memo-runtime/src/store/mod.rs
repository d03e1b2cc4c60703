//! Stores: where memoized functions keep their results beyond one process, or one run of it. With the
//! feature `store`.
//!
//! A [`Store`] knows keys and bytes, and no types: what a key is made of, how a value is encoded, who
//! computes and who waits is the same for all of them. An engine is one type that implements
//! [`Store`], and [`AsyncStore`] if async functions are to use it; a function names it with
//! `store = path::to::STATIC`, or by its name where it comes with the library.
//!
//! ```
//! use memofn::store::{Capabilities, Store, StoreError};
//! use std::collections::HashMap;
//! use std::sync::{LazyLock, Mutex};
//! use std::time::Duration;
//!
//! /// Forgets nothing, and is of no use beyond this process.
//! #[derive(Default)]
//! struct Map(Mutex<HashMap<String, Vec<u8>>>);
//!
//! impl Store for Map {
//!     fn capabilities(&self) -> Capabilities {
//!         Capabilities::new().fenced()
//!     }
//!     fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
//!         Ok(self.0.lock().unwrap().get(key).cloned())
//!     }
//!     fn claim(&self, key: &str, token: &[u8], _lease: Duration) -> Result<bool, StoreError> {
//!         let mut map = self.0.lock().unwrap();
//!         let free = !map.contains_key(key);
//!         if free {
//!             map.insert(key.to_owned(), token.to_vec());
//!         }
//!         Ok(free)
//!     }
//!     fn fill(
//!         &self,
//!         key: &str,
//!         token: &[u8],
//!         value: &[u8],
//!         _ttl: Option<Duration>,
//!     ) -> Result<bool, StoreError> {
//!         match self.0.lock().unwrap().get_mut(key) {
//!             Some(held) if held == token => *held = value.to_vec(),
//!             _ => return Ok(false),
//!         }
//!         Ok(true)
//!     }
//!     fn put(&self, key: &str, value: &[u8], _ttl: Option<Duration>) -> Result<(), StoreError> {
//!         self.0.lock().unwrap().insert(key.to_owned(), value.to_vec());
//!         Ok(())
//!     }
//!     fn remove(&self, key: &str) -> Result<bool, StoreError> {
//!         Ok(self.0.lock().unwrap().remove(key).is_some())
//!     }
//!     fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
//!         let mut map = self.0.lock().unwrap();
//!         Ok(map.get(key).is_some_and(|now| now == held) && map.remove(key).is_some())
//!     }
//! }
//!
//! static MAP: LazyLock<Map> = LazyLock::new(Map::default);
//!
//! assert!(MAP.claim("k", b"mine", Duration::from_secs(1)).unwrap());
//! assert!(!MAP.claim("k", b"yours", Duration::from_secs(1)).unwrap());
//! assert!(MAP.fill("k", b"mine", b"value", None).unwrap());
//! assert!(!MAP.fill("k", b"mine", b"late", None).unwrap());
//! assert_eq!(MAP.get("k").unwrap().as_deref(), Some(b"value".as_slice()));
//! ```

mod asking;
mod breaker;
mod budget;
pub(crate) mod calls;
mod capabilities;
mod codec;
#[cfg(feature = "test-util")]
pub mod conformance;
#[cfg(feature = "disk")]
pub mod disk;
mod envelope;
mod epoch;
mod errand;
mod error;
#[cfg(feature = "hazelcast")]
pub mod hazelcast;
mod key;
#[cfg(any(feature = "redis", feature = "memcached", feature = "hazelcast"))]
mod limit;
mod line;
#[cfg(feature = "memcached")]
pub mod memcached;
#[cfg(feature = "test-util")]
mod memory;
mod owed;
mod pack;
#[cfg(feature = "redis")]
pub mod redis;
mod settings;
mod setup;
#[cfg(any(feature = "memcached", feature = "hazelcast"))]
mod text;
mod through;
mod tier;
#[cfg(test)]
mod vectors;

pub use budget::time_left;
pub use capabilities::Capabilities;
pub use error::{StoreError, StoreErrorKind};
pub use key::key_prefix;
#[cfg(feature = "test-util")]
pub use memory::{Memory, Moment};
pub use settings::{ConfigureError, Settings, configure, settings};

pub(crate) use asking::Told;
pub(crate) use calls::Hears;
pub(crate) use tier::Tier;

/// What the expansion of `#[memoize]` is made of.
pub(crate) mod private {
    pub use super::codec::{AllWritten, Codec, CodecBy, Written, written};
    pub use super::key::Site;

    /// The engines that have names: for `store = "redis"` a function `redis`, which gives the one that all
    /// functions of the process share, as `&'static impl Store`, and for async functions `AsyncStore`. It is
    /// made at first use, and connects later.
    pub mod stores {
        #[cfg(feature = "disk")]
        pub use crate::store::disk::disk;
        #[cfg(feature = "hazelcast")]
        pub use crate::store::hazelcast::hazelcast;
        #[cfg(feature = "memcached")]
        pub use crate::store::memcached::memcached;
        #[cfg(feature = "redis")]
        pub use crate::store::redis::redis;
    }
}

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// An engine that keeps bytes under keys.
///
/// A key consists of `A-Z a-z 0-9 _ . : -` and is 250 bytes long at most. **It holds one thing: a value,
/// or a claim**, by which somebody says that he is computing it. Both are bytes that the engine doesn't
/// look into. The [module](self) has an example of an engine.
///
/// *Errors.* Whatever fails is a [`StoreError`], and never the caller's error: his function is computed.
/// No method panics.
///
/// *Time.* Every method returns within [`time_left`], making a connection included: nobody can break off a call
/// that blocks. One that takes longer than [`Settings::timeout`] counts as failed. Nothing is to be connected before the
/// first call, and nothing retried, but a `get` once after a connection was found broken. After
/// failures that say that the engine is out of reach (see [`StoreErrorKind`]) it isn't called for a while.
///
/// *Lifetimes.* A `ttl` of `None` is for ever. Engines that count in longer steps round up, and never to
/// "for ever"; what is longer than an engine can count is for ever.
///
/// *Threads.* All methods may be called from all threads at once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no store",
    label = "not a `memofn::store::Store`",
    note = "`store` names a static whose type implements `memofn::store::Store`, or a `LazyLock` around one"
)]
pub trait Store: Send + Sync {
    /// What it can do. Must not change, nor need a connection.
    fn capabilities(&self) -> Capabilities;

    /// What the key holds.
    ///
    /// # Errors
    /// When the engine can't be asked.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts `token` there for `lease` if the key holds nothing, in one step: of two that claim a key at the same
    /// time one gets it. `false`: it holds something. Redis: `SET key token NX PX lease`; memcached: `add`.
    ///
    /// # Errors
    /// When the engine can't be asked. If the answer was lost, the claim may be there.
    fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError>;

    /// Puts `value` there in place of `token`, for `ttl`: only if the key holds exactly these bytes.
    /// `false`: it doesn't; somebody has removed or replaced them, or the lease is over. Where the engine can
    /// compare and write in one step ([`Capabilities::fenced`]) it does. `token` is mostly a claim, and
    /// may be a whole value.
    ///
    /// # Errors
    /// When the engine can't be asked, or has no room.
    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError>;

    /// Puts `value` there, whatever the key held. Listeners are told of the key.
    ///
    /// # Errors
    /// When the engine can't be asked, or has no room.
    fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError>;

    /// Takes away what the key holds. Was there anything? Listeners are told of the key, in either case.
    ///
    /// # Errors
    /// When the engine can't be asked.
    fn remove(&self, key: &str) -> Result<bool, StoreError>;

    /// Takes away what the key holds if that is exactly `held`, in one step where the engine can
    /// ([`Capabilities::fenced`]). `false`: it isn't. Nobody is told of it: claims are given back by this, and
    /// what isn't a value.
    ///
    /// # Errors
    /// When the engine can't be asked.
    fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError>;

    /// Tells listeners of the key, in all processes. Only called where [`Capabilities::invalidations`] says so:
    /// after a `fill` that took the place of a value that others may have.
    ///
    /// # Errors
    /// When the engine can't be asked.
    fn announce(&self, key: &str) -> Result<(), StoreError> {
        let _ = key;
        Ok(())
    }

    /// From now on `listener` is to be told of what is changed, by whomever: by this process as well.
    /// Only called where [`Capabilities::invalidations`] says so, once for each function with a local
    /// tier, and never taken back. Connects in the background, and returns at once.
    fn listen(&self, listener: Arc<dyn Listener>) {
        let _ = listener;
    }
}

/// Who is told of what is changed in a store. The library implements it, engines call it. Calls are cheap,
/// never block, and never panic.
pub trait Listener: Send + Sync {
    /// This key was put, removed or announced. Comes after the change is to be seen in the store. Of a `fill`
    /// by itself nothing needs to be told: mostly it takes the place of nothing that anybody has.
    fn changed(&self, key: &str);

    /// Changes may have been missed: all that is kept of this store's may be stale. To be called after
    /// the connection for messages was made, and each time it was made again.
    fn missed(&self);
}

/// What the functions of an [`AsyncStore`] give.
pub type StoreFuture<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 's>>;

/// A store that async functions can use, on the executors it knows.
///
/// As [`Store`], function for function, but for time: a future that takes longer than its call has left of
/// [`Settings::timeout`] is dropped, and counts as failed. What was under way then may have happened or not, and a connection
/// whose answer nobody waits for any more must not give it to the next caller.
///
/// It is a [`Store`] as well, since the helpers `f_cache_get`, `f_cache_insert`, `f_cache_remove` and
/// `f_cache_clear` of an async function are plain functions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no store for async functions",
    label = "not a `memofn::store::AsyncStore`",
    note = "an async function needs a store whose type implements `memofn::store::AsyncStore`"
)]
pub trait AsyncStore: Store {
    /// See [`Store::get`].
    fn get_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>>;

    /// See [`Store::claim`].
    fn claim_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        lease: Duration,
    ) -> StoreFuture<'s, bool>;

    /// See [`Store::fill`].
    fn fill_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, bool>;

    /// See [`Store::put`].
    fn put_async<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, ()>;

    /// See [`Store::remove`].
    fn remove_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, bool>;

    /// See [`Store::remove_if`].
    fn remove_if_async<'s>(&'s self, key: &'s str, held: &'s [u8]) -> StoreFuture<'s, bool>;

    /// See [`Store::announce`].
    fn announce_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        let _ = key;
        Box::pin(std::future::ready(Ok(())))
    }
}
