//! Blocking connections: who needs one takes one that is idle, or makes one. None is asked whether it still
//! works, which would double what an operation costs; who finds one broken drops all that were idle.

use super::super::StoreError;
use super::address::{Address, Place};
use super::command::Command;
use super::reply::{Fault, Reply};
use super::wire::{Wire, left};
use super::{connect, driver};
use parking_lot::{Condvar, Mutex};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most connections at a time. Callers beyond it wait for one, within their time.
const MOST: usize = 32;
/// One that was idle so long is looked at before it is used, since servers close idle ones.
const RESTED: Duration = Duration::from_secs(1);

pub(super) struct Pool {
    address: Arc<Address>,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    /// The last one used last.
    idle: Vec<(Wire, Instant)>,
    /// Those and the ones in use.
    open: usize,
}

/// The right to a connection.
struct Permit<'p> {
    pool: &'p Pool,
    wire: Option<Wire>,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.state.lock();
        match self.wire.take() {
            Some(wire) => state.idle.push((wire, Instant::now())),
            None => state.open -= 1,
        }
        drop(state);
        self.pool.freed.notify_one();
    }
}

impl Pool {
    pub(super) fn new(address: Arc<Address>) -> Self {
        Self {
            address,
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    fn permit(&self, deadline: Instant) -> io::Result<Permit<'_>> {
        let mut state = self.state.lock();
        loop {
            if let Some((wire, since)) = state.idle.pop() {
                if since.elapsed() < RESTED || wire.is_alive() {
                    let wire = Some(wire);
                    return Ok(Permit { pool: self, wire });
                }
                state.open -= 1;
            } else if state.open < MOST {
                state.open += 1;
                let wire = None;
                return Ok(Permit { pool: self, wire });
            } else if self.freed.wait_until(&mut state, deadline).timed_out() {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }

    /// Those that rest were made to the same server as one that broke.
    fn drop_idle(&self) {
        let mut state = self.state.lock();
        state.open -= state.idle.len();
        let idle = std::mem::take(&mut state.idle);
        drop(state);
        drop(idle);
        self.freed.notify_all();
    }

    /// Sends a command and waits for its answer until then.
    pub(super) fn ask(
        &self,
        command: &Command,
        most: usize,
        deadline: Instant,
    ) -> Result<Reply, Fault> {
        let mut permit = self.permit(deadline).map_err(Fault::broken)?;
        if let Some(mut wire) = permit.wire.take() {
            match wire.ask(command, deadline) {
                Err(fault) if fault.broken => {
                    self.drop_idle();
                    let in_time = left(deadline).is_ok();
                    let ended = fault.error.kind() == super::super::StoreErrorKind::Unavailable;
                    if !(command.again && in_time && ended) {
                        return Err(fault);
                    }
                }
                other => {
                    permit.wire = Some(wire);
                    return other;
                }
            }
        }
        let mut wire = self.dial(most, deadline)?;
        let reply = wire.ask(command, deadline);
        if !matches!(&reply, Err(fault) if fault.broken) {
            permit.wire = Some(wire);
        }
        reply
    }

    /// A new connection, ready for commands.
    fn dial(&self, most: usize, deadline: Instant) -> Result<Wire, Fault> {
        let mut wire = self.connected(most, deadline).map_err(Fault::broken)?;
        for command in Command::greeting(&self.address.login, self.address.database) {
            wire.ask(&command, deadline)?;
        }
        Ok(wire)
    }

    fn connected(&self, most: usize, deadline: Instant) -> Result<Wire, StoreError> {
        let place = match &self.address.places[..] {
            [place] if self.address.kind == super::address::Kind::Node => place.clone(),
            _ => {
                let (address, timeout) = (Arc::clone(&self.address), left(deadline)?);
                driver::wait(
                    deadline,
                    async move { connect::node(&address, timeout).await },
                )?
            }
        };
        let Place::Tcp(host, port) = place else {
            return Ok(Wire::unix(&place, most)?);
        };
        // Looking up a name can't be broken off.
        let addresses = match host.parse::<IpAddr>() {
            Ok(address) => vec![(address, port).into()],
            Err(_) => driver::wait(deadline, connect::look_up(host, port))?,
        };
        Ok(Wire::tcp(&addresses, most, deadline)?)
    }
}
