//! memcached, by its text protocol. With the feature `memcached`.
//!
//! `store = "memcached"` uses [`memcached()`], whose address comes from `MEMOFN_MEMCACHED_URL` or from
//! [`configure`]. A [`Memcached`] of one's own is a store as any other.
//!
//! *What it does.* Claims are made by `add`, results take their place by `gets` and `cas`: what was removed
//! meanwhile stays removed. There are no messages: local tiers notice a removal elsewhere when their `ttl` is
//! over.
//!
//! *Bounds.* A result has at most 1,023 KiB, encoded: a server takes 1 MiB with the key and some words. Lifetimes are
//! whole seconds: a result may leave up to one second early, never late. What holds for longer than up to
//! January 2038 is for ever. The server drops what was not used for longest when it is full: it may lose any
//! result at any time, and all when it is started again.
//!
//! *Security.* The protocol has neither login nor TLS here: who reaches the server can read and write all.
//! `MEMOFN_STORE_KEY` protects against what others write, not against what they read.
//!
//! *How it connects.* One server; for several, a proxy that spreads keys. An operation has a connection of its own
//! while it is under way, up to 32 for blocking calls and as many for futures; one that broke, or whose
//! answer nobody waited for, is closed. Futures work under any executor. Nothing is sent twice but a `get`
//! over a connection that had ended.

use super::line::{Way, at_once};
pub use super::text::AddressError;
use super::text::{Client, Dialect, Given, Operation, engine};
use super::{StoreError, StoreFuture};
use std::time::Duration;

/// A store in memcached. Cheap to clone; clones share their connections.
///
/// ```
/// use memofn::store::Store;
/// use memofn::store::memcached::Memcached;
/// use std::time::Duration;
///
/// // Nobody is there, and nothing is connected before the first call.
/// let store = Memcached::open("memcached://127.0.0.1:1").unwrap();
/// assert_eq!(format!("{store:?}"), "Memcached(memcached://127.0.0.1:1)");
/// assert!(store.get("memo:key").unwrap_err().kind().is_out_of_reach());
/// ```
#[derive(Clone)]
pub struct Memcached(Client);

impl Memcached {
    /// The server at an address, `memcached://host:11211`. Connects when it is first used.
    ///
    /// # Errors
    /// When it is no address.
    ///
    /// ```
    /// use memofn::store::memcached::Memcached;
    ///
    /// assert!(Memcached::open("memcached://localhost").is_ok());
    /// assert!(Memcached::open("localhost").is_err());
    /// ```
    pub fn open(address: &str) -> Result<Self, AddressError> {
        Client::open(Dialect::Memcached, address).map(Self)
    }

    /// With a longest time of its own for what a call waits for it, in place of [`Settings::timeout`](super::Settings).
    ///
    /// ```
    /// use memofn::store::memcached::Memcached;
    /// use std::time::Duration;
    ///
    /// let store = Memcached::open("memcached://localhost").unwrap();
    /// let patient = store.with_timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self(self.0.with_timeout(timeout))
    }
}

engine!(Memcached, Dialect::Memcached);

/// The server that `store = "memcached"` means. Its address is what [`configure`] was given, or
/// `MEMOFN_MEMCACHED_URL`, or `memcached://127.0.0.1:11211`. An address that can't be read is told of on
/// standard error, and each of its operations fails with the same words.
///
/// ```
/// use memofn::store::memcached::{Memcached, configure, memcached};
///
/// configure(Memcached::open("memcached://cache.example.org").unwrap()).unwrap();
/// assert_eq!(format!("{:?}", memcached()), "Memcached(memcached://cache.example.org:11211)");
/// ```
pub fn memcached() -> &'static Memcached {
    shared()
}

/// Sets it, once, before anything uses it.
///
/// # Errors
/// When it is in use already.
///
/// ```
/// use memofn::store::memcached::{Memcached, configure};
///
/// configure(Memcached::open("memcached://cache.example.org").unwrap()).unwrap();
/// let error = configure(Memcached::open("memcached://other.example.org").unwrap()).unwrap_err();
/// assert!(error.to_string().contains("in use already"));
/// ```
pub fn configure(memcached: Memcached) -> Result<(), AddressError> {
    configured(memcached)
}
