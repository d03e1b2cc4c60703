//! User code never runs under a lock, may use the cache it is called from, and may panic.

mod blocking;
mod equality;
mod functions;
mod hooks;
mod panics;
mod reentry;
mod subject;
