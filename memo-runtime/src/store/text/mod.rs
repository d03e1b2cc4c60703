//! What speaks memcached's text protocol, memcached and Hazelcast: a client of the library's own.
//!
//! None of the clients there are has what both need: of `memcache` 0.21 an `add` doesn't say whether it added, and
//! a key can hold another command; `async-memcached` 0.9 knows tokio and nothing of time; and
//! what asks for the number of a value fails with Hazelcast. What is needed are six commands.
//!
//! Operations are written once, as async functions over a connection that blocks or waits; blocking ones run at
//! once.

mod address;
mod engine;
mod names;
mod pool;
mod protocol;
mod wire;

pub use address::AddressError;
pub(super) use engine::engine;
pub(super) use protocol::Dialect;

use super::budget::time_for;
use super::line::Way;
use super::{Capabilities, StoreError, StoreErrorKind};
use crate::clock;
use address::Place;
use pool::{Members, Pool};
use protocol::{AT_ONCE, Fault, Reply, Verb, checked, until};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wire::Wire;

/// What memcached takes by default is 1 MiB for a value, its key and some words.
const LARGEST: usize = (1 << 20) - (1 << 10);

/// A client. Clones share their connections.
#[derive(Clone)]
pub(super) struct Client {
    dialect: Dialect,
    server: Result<Arc<Server>, AddressError>,
    timeout: Option<Duration>,
}

struct Server {
    places: Vec<Place>,
    members: Members,
    blocking: Pool,
    awaiting: Pool,
}

/// An operation, as [`Store`](super::Store) has them.
#[derive(Clone, Copy)]
pub(super) enum Operation<'o> {
    Get,
    Claim(&'o [u8], Duration),
    Fill(&'o [u8], &'o [u8], Option<Duration>),
    Put(&'o [u8], Option<Duration>),
    Remove,
    RemoveIf(&'o [u8]),
}

/// What an operation gives.
pub(super) enum Given {
    Held(Option<Vec<u8>>),
    Said(bool),
}

impl Given {
    pub(super) fn held(self) -> Option<Vec<u8>> {
        match self {
            Self::Held(held) => held,
            Self::Said(_) => None,
        }
    }

    pub(super) fn said(&self) -> bool {
        matches!(self, Self::Said(true))
    }
}

impl Client {
    pub(super) fn open(dialect: Dialect, url: &str) -> Result<Self, AddressError> {
        let places = address::places(url, dialect)?;
        let server = Server {
            members: Members::new(&places, dialect),
            blocking: Pool::new(Way::Blocking),
            awaiting: Pool::new(Way::Awaiting),
            places,
        };
        Ok(Self {
            dialect,
            server: Ok(Arc::new(server)),
            timeout: None,
        })
    }

    /// The server that the environment names, or the one on this machine.
    pub(super) fn from_env(dialect: Dialect) -> Self {
        let variable = dialect.variable();
        let named = std::env::var_os(variable).filter(|url| !url.is_empty());
        let url = named.map(|url| url.to_string_lossy().into_owned());
        let local = format!("{}://127.0.0.1", dialect.scheme());
        Self::open(dialect, url.as_deref().unwrap_or(&local)).unwrap_or_else(|error| {
            let what = format!("{variable}: {}", error.what);
            let error = AddressError { dialect, what };
            eprintln!("memofn: {error}");
            Self {
                dialect,
                server: Err(error),
                timeout: None,
            }
        })
    }

    pub(super) fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What is said of a second one for the process.
    pub(super) fn late(dialect: Dialect) -> AddressError {
        let what = "it is in use already: set it before the first call".to_owned();
        AddressError { dialect, what }
    }

    pub(super) fn capabilities(&self) -> Capabilities {
        let seconds = Capabilities::new().step(Duration::from_secs(1));
        let can = match self.dialect {
            Dialect::Memcached => seconds.fenced().max_value(LARGEST),
            Dialect::Hazelcast => seconds,
        };
        self.timeout.map_or(can, |timeout| can.timeout(timeout))
    }

    pub(super) async fn perform(
        &self,
        way: Way,
        key: &str,
        operation: Operation<'_>,
    ) -> Result<Given, StoreError> {
        checked(key, self.dialect)?;
        let server = { self.server.as_ref() }
            .map_err(|error| StoreError::new(StoreErrorKind::Refused, error.clone()))?;
        let settings = super::settings();
        let deadline = Instant::now() + time_for(self.timeout);
        let ask = Ask {
            key,
            dialect: self.dialect,
            // A value with what stands around it.
            most: settings.max_value.saturating_add(64 << 10),
            deadline,
        };
        let pool = match way {
            Way::Blocking => &server.blocking,
            Way::Awaiting => &server.awaiting,
        };
        let mut permit = pool.permit(deadline).await?;
        if let Some(mut wire) = permit.wire.take() {
            match ask.perform(&mut wire, operation).await {
                Err(fault) if fault.broken => {
                    pool.drop_idle();
                    let ended = fault.error.kind() == StoreErrorKind::Unavailable;
                    let again = matches!(operation, Operation::Get) && ended;
                    if !again || wire::left(deadline).is_err() {
                        return Err(fault.error);
                    }
                }
                given => {
                    permit.wire = Some(wire);
                    return given.map_err(|fault| fault.error);
                }
            }
        }
        let dialled = server.members.dial(way, deadline).await;
        let mut wire = dialled.map_err(|fault| fault.error)?;
        let given = ask.perform(&mut wire, operation).await;
        if !matches!(&given, Err(fault) if fault.broken) {
            permit.wire = Some(wire);
        }
        given.map_err(|fault| fault.error)
    }
}

/// Its address.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = match &self.server {
            Ok(server) => server,
            Err(error) => return write!(f, "{error}"),
        };
        write!(f, "{}://", self.dialect.scheme())?;
        for (index, place) in server.places.iter().enumerate() {
            write!(f, "{}{place}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// One operation on one connection.
struct Ask<'o> {
    key: &'o str,
    dialect: Dialect,
    most: usize,
    deadline: Instant,
}

impl Ask<'_> {
    async fn send(&self, wire: &mut Wire, command: Vec<u8>) -> Result<Reply, Fault> {
        wire.ask(&command, self.key, self.most, self.deadline).await
    }

    async fn perform(&self, wire: &mut Wire, operation: Operation<'_>) -> Result<Given, Fault> {
        match operation {
            Operation::Get => {
                let held = self.held(wire, false).await?;
                Ok(Given::Held(held.map(|(bytes, _)| bytes)))
            }
            Operation::Claim(token, lease) => {
                let until = self.until(Some(lease));
                match self.store(wire, Verb::Add, until, token).await? {
                    Reply::Stored => Ok(Given::Said(true)),
                    Reply::NotStored => Ok(Given::Said(false)),
                    other => other.unexpected(),
                }
            }
            Operation::Put(value, ttl) => {
                let until = self.until(ttl);
                self.replace(wire, Verb::Set, until, value).await
            }
            Operation::Fill(token, value, ttl) => match self.of(wire, token).await? {
                Some(verb) => {
                    let until = self.until(ttl);
                    self.replace(wire, verb, until, value).await
                }
                None => Ok(Given::Said(false)),
            },
            Operation::Remove => self.delete(wire).await,
            Operation::RemoveIf(held) => match self.of(wire, held).await? {
                Some(Verb::Set) => self.delete(wire).await,
                Some(verb) => self.replace(wire, verb, AT_ONCE, b"").await,
                None => Ok(Given::Said(false)),
            },
        }
    }

    /// By what this would be replaced, if it is what the key holds.
    async fn of(&self, wire: &mut Wire, expected: &[u8]) -> Result<Option<Verb>, Fault> {
        let fenced = self.dialect == Dialect::Memcached;
        match self.held(wire, fenced).await? {
            Some((held, number)) if held == expected => match number {
                Some(number) => Ok(Some(Verb::Cas(number))),
                // It has no numbers: somebody may come between.
                None if !fenced => Ok(Some(Verb::Set)),
                None => Reply::Held(None).unexpected(),
            },
            _ => Ok(None),
        }
    }

    async fn held(
        &self,
        wire: &mut Wire,
        numbered: bool,
    ) -> Result<Option<(Vec<u8>, Option<u64>)>, Fault> {
        match self.send(wire, protocol::get(self.key, numbered)).await? {
            Reply::Held(held) => Ok(held),
            other => other.unexpected(),
        }
    }

    async fn store(
        &self,
        wire: &mut Wire,
        verb: Verb,
        until: i64,
        bytes: &[u8],
    ) -> Result<Reply, Fault> {
        let command = protocol::store(verb, self.key, until, bytes);
        self.send(wire, command).await
    }

    async fn replace(
        &self,
        wire: &mut Wire,
        verb: Verb,
        until: i64,
        bytes: &[u8],
    ) -> Result<Given, Fault> {
        match (self.store(wire, verb, until, bytes).await?, verb) {
            (Reply::Stored, _) => Ok(Given::Said(true)),
            (Reply::Exists | Reply::NotFound, Verb::Cas(_)) => Ok(Given::Said(false)),
            (other, _) => other.unexpected(),
        }
    }

    async fn delete(&self, wire: &mut Wire) -> Result<Given, Fault> {
        match self.send(wire, protocol::delete(self.key)).await? {
            Reply::Deleted => Ok(Given::Said(true)),
            Reply::NotFound => Ok(Given::Said(false)),
            other => other.unexpected(),
        }
    }

    fn until(&self, life: Option<Duration>) -> i64 {
        until(life, self.dialect, clock::wall_millis() / 1_000)
    }
}
