//! Connections: who needs one takes one that is idle, or makes one. None is asked whether it still works,
//! which would double what an operation costs; who finds one broken drops all that were idle.
//!
//! While an operation is under way its connection is nobody else's; it comes back when the answer was read
//! to its end. So one that broke, or whose answer nobody waited for, is never used again.

use super::super::line::Way;
use super::address::Place;
use super::names::Names;
use super::protocol::{Dialect, Fault};
use super::wire::{Wire, heard, left};
use event_listener::Event;
use parking_lot::Mutex;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Most connections at a time, of each way. Callers beyond it wait for one, within their time.
const MOST: usize = 32;
/// One that was idle so long is looked at before it is used, since servers close idle ones.
const RESTED: Duration = Duration::from_secs(1);

pub(super) struct Pool {
    way: Way,
    state: Mutex<State>,
    freed: Event,
}

#[derive(Default)]
struct State {
    /// The last one used last.
    idle: Vec<(Wire, Instant)>,
    /// Those and the ones in use.
    open: usize,
}

/// The right to a connection, and one if there was an idle one. Without it when dropped, it makes room for
/// a new one.
pub(super) struct Permit<'p> {
    pool: &'p Pool,
    pub(super) wire: Option<Wire>,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock();
        match self.wire.take() {
            Some(wire) => state.idle.push((wire, Instant::now())),
            None => state.open -= 1,
        }
        drop(state);
        self.pool.freed.notify_additional(1);
    }
}

impl Pool {
    pub(super) fn new(way: Way) -> Self {
        Self {
            way,
            state: Mutex::default(),
            freed: Event::new(),
        }
    }

    pub(super) async fn permit(&self, deadline: Instant) -> io::Result<Permit<'_>> {
        loop {
            if let Some(permit) = self.permit_now() {
                return Ok(permit);
            }
            let freed = self.freed.listen();
            if let Some(permit) = self.permit_now() {
                return Ok(permit);
            }
            heard(self.way, freed, deadline).await?;
        }
    }

    fn permit_now(&self) -> Option<Permit<'_>> {
        let mut dead = Vec::new();
        let mut state = self.state.lock();
        let wire = loop {
            match state.idle.pop() {
                None if state.open >= MOST => return None,
                None => {
                    state.open += 1;
                    break None;
                }
                Some((wire, since)) if since.elapsed() < RESTED || wire.is_alive() => {
                    break Some(wire);
                }
                Some((wire, _)) => {
                    state.open -= 1;
                    dead.push(wire);
                }
            }
        };
        drop(state);
        Some(Permit { pool: self, wire })
    }

    /// Those that rest were made to the same server as one that broke.
    pub(super) fn drop_idle(&self) {
        let mut state = self.state.lock();
        state.open -= state.idle.len();
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        self.freed.notify_additional(idle.len());
    }
}

/// Where new connections go: any of several members will do.
pub(super) struct Members {
    members: Vec<Names>,
    /// The one that took the last connection.
    next: AtomicUsize,
    dialect: Dialect,
}

impl Members {
    pub(super) fn new(places: &[Place], dialect: Dialect) -> Self {
        Self {
            members: places
                .iter()
                .map(|place| Names::new(place.clone()))
                .collect(),
            next: AtomicUsize::new(0),
            dialect,
        }
    }

    /// A new connection, ready for commands. Each member has its share of the time.
    pub(super) async fn dial(&self, way: Way, deadline: Instant) -> Result<Wire, Fault> {
        let first = self.next.load(Relaxed);
        let count = self.members.len();
        let mut failed = Fault::broken(io::Error::from(io::ErrorKind::NotFound));
        for turn in 0..count {
            let index = (first + turn) % count;
            let share = left(deadline).map_err(Fault::broken)? / (count - turn) as u32;
            match self.dial_one(way, index, Instant::now() + share).await {
                Ok(wire) => {
                    self.next.store(index, Relaxed);
                    return Ok(wire);
                }
                Err(fault) => failed = fault,
            }
        }
        Err(failed)
    }

    async fn dial_one(&self, way: Way, index: usize, deadline: Instant) -> Result<Wire, Fault> {
        let addresses = self.members[index].addresses(way, deadline).await;
        let addresses = addresses.map_err(Fault::broken)?;
        let wire = Wire::to(way, &addresses, deadline).await;
        let mut wire = wire.map_err(Fault::broken)?;
        wire.greet(self.dialect, deadline).await?;
        Ok(wire)
    }
}
