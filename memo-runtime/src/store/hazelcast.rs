//! Hazelcast, by the memcache protocol that its members speak. With the feature `hazelcast`.
//!
//! A member speaks it where its configuration says `network: memcache-protocol: enabled: true`, or its environment
//! `HZ_NETWORK_MEMCACHEPROTOCOL_ENABLED=true`, on the port it has for other members (5701).
//! `store = "hazelcast"` uses [`hazelcast()`], whose address comes from `MEMOFN_HAZELCAST_URL` or from
//! [`configure`]: one member or several, each of which serves all keys.
//!
//! *Where results are.* What stands before the first colon of a key names a map: all results are in the map
//! `hz_memcache_<namespace>`, `hz_memcache_memo` by default, for which backups, eviction and a maximum size
//! can be set.
//!
//! *What it does.* Claims are made by `add`, so that one process computes. There is no `cas`: a result takes the
//! place of its claim in two steps, and a removal just between them is undone by it. There are no messages
//! either: local tiers notice a removal elsewhere when their `ttl` is over.
//!
//! *Security.* Members ask nobody who he is on this port and have no TLS there: it is for networks that
//! only who may read and write everything can reach.

use super::line::{Way, at_once};
pub use super::text::AddressError;
use super::text::{Client, Dialect, Given, Operation, engine};
use super::{StoreError, StoreFuture};
use std::time::Duration;

/// A store in Hazelcast. Cheap to clone; clones share their connections.
///
/// ```
/// use memofn::store::Store;
/// use memofn::store::hazelcast::Hazelcast;
///
/// // Nobody is there, and nothing is connected before the first call.
/// let store = Hazelcast::open("hazelcast://127.0.0.1:1,127.0.0.1:2").unwrap();
/// assert_eq!(format!("{store:?}"), "Hazelcast(hazelcast://127.0.0.1:1,127.0.0.1:2)");
/// assert!(store.get("memo:key").unwrap_err().kind().is_out_of_reach());
/// assert!(!store.capabilities().is_fenced());
/// ```
#[derive(Clone)]
pub struct Hazelcast(Client);

impl Hazelcast {
    /// Members at these addresses, `hazelcast://host:5701,host:5701`: if one can't be reached the next one
    /// is asked. Connects when it is first used.
    ///
    /// # Errors
    /// When it is no address.
    ///
    /// ```
    /// use memofn::store::hazelcast::Hazelcast;
    ///
    /// assert!(Hazelcast::open("hazelcast://localhost").is_ok());
    /// assert!(Hazelcast::open("localhost").is_err());
    /// ```
    pub fn open(address: &str) -> Result<Self, AddressError> {
        Client::open(Dialect::Hazelcast, address).map(Self)
    }

    /// With a longest time of its own for what a call waits for it, in place of [`Settings::timeout`](super::Settings).
    ///
    /// ```
    /// use memofn::store::hazelcast::Hazelcast;
    /// use std::time::Duration;
    ///
    /// let store = Hazelcast::open("hazelcast://localhost").unwrap();
    /// let patient = store.with_timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self(self.0.with_timeout(timeout))
    }
}

engine!(Hazelcast, Dialect::Hazelcast);

/// The members that `store = "hazelcast"` means. Their address is what [`configure`] was given, or
/// `MEMOFN_HAZELCAST_URL`, or `hazelcast://127.0.0.1:5701`. An address that can't be read is told of on
/// standard error, and each of its operations fails with the same words.
///
/// ```
/// use memofn::store::hazelcast::{Hazelcast, configure, hazelcast};
///
/// configure(Hazelcast::open("hazelcast://grid.example.org").unwrap()).unwrap();
/// assert_eq!(format!("{:?}", hazelcast()), "Hazelcast(hazelcast://grid.example.org:5701)");
/// ```
pub fn hazelcast() -> &'static Hazelcast {
    shared()
}

/// Sets it, once, before anything uses it.
///
/// # Errors
/// When it is in use already.
///
/// ```
/// use memofn::store::hazelcast::{Hazelcast, configure};
///
/// configure(Hazelcast::open("hazelcast://grid.example.org").unwrap()).unwrap();
/// let error = configure(Hazelcast::open("hazelcast://other.example.org").unwrap()).unwrap_err();
/// assert!(error.to_string().contains("in use already"));
/// ```
pub fn configure(hazelcast: Hazelcast) -> Result<(), AddressError> {
    configured(hazelcast)
}
