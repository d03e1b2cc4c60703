//! Hazelcast: against a double of its memcache protocol, which does what its source says (`double.rs`), and against
//! a member where `MEMOFN_HAZELCAST_URL` names one, as `hazelcast://127.0.0.1:5701`.
//!
//! The double says nothing about Hazelcast itself: it is a reading of
//! `com.hazelcast.internal.ascii.memcache`, and makes sure that what is written there is met.

#[path = "../servers/mod.rs"]
mod servers;

mod conforming;
mod differences;
mod double;

use std::time::Duration;

/// Long enough for a loaded machine.
const AMPLE: Duration = Duration::from_secs(20);
