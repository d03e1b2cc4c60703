//! The connection that async callers share: made when first needed, and again after it broke.

use super::super::StoreError;
use super::address::Address;
use super::command::Command;
use super::connect::{self, Shared};
use super::driver::{driver, gone};
use super::reply::{Fault, Reply, reply};
use parking_lot::Mutex;
use redis::aio::ConnectionLike;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) struct Link {
    address: Arc<Address>,
    now: Mutex<Now>,
    /// Held while a connection is made, so that one is made at a time.
    making: Arc<tokio::sync::Mutex<()>>,
}

/// A connection may take so long, at least.
const CONNECTING: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Now {
    connection: Option<Shared>,
    /// How many there were, so that nobody gives up another than he used.
    made: u64,
}

/// A connection, and which one it is.
struct Taken {
    shared: Shared,
    number: u64,
    is_new: bool,
}

impl Link {
    pub(super) fn new(address: Arc<Address>) -> Self {
        Self {
            address,
            now: Mutex::default(),
            making: Arc::default(),
        }
    }

    fn there(&self) -> Option<Taken> {
        let now = self.now.lock();
        let shared = now.connection.clone()?;
        let number = now.made;
        let is_new = false;
        Some(Taken {
            shared,
            number,
            is_new,
        })
    }

    async fn taken(self: &Arc<Self>, timeout: Duration) -> Result<Taken, StoreError> {
        if let Some(taken) = self.there() {
            return Ok(taken);
        }
        let making = Arc::clone(&self.making).lock_owned().await;
        if let Some(taken) = self.there() {
            return Ok(taken);
        }
        // On the driver, and kept by it: this caller may go away meanwhile. For the next ones it may
        // take longer than an operation, as TLS does where there are many certificates to read.
        let link = Arc::clone(self);
        let task = driver()?.spawn(async move {
            let _making = making;
            let shared = connect::shared(&link.address, timeout.max(CONNECTING)).await?;
            let mut now = link.now.lock();
            now.connection = Some(shared.clone());
            now.made += 1;
            let number = now.made;
            let is_new = true;
            Ok(Taken {
                shared,
                number,
                is_new,
            })
        });
        task.await.unwrap_or_else(|_| Err(gone()))
    }

    fn give_up(&self, number: u64) {
        let mut now = self.now.lock();
        if now.made == number {
            now.connection = None;
        }
    }

    /// Sends a command and waits for its answer, as long as the caller does.
    pub(super) async fn ask(
        self: Arc<Self>,
        command: Command,
        timeout: Duration,
    ) -> Result<Reply, Fault> {
        let mut again = command.again;
        loop {
            let taken = self.taken(timeout).await.map_err(Fault::broken)?;
            let mut watched = Watched {
                link: &self,
                number: taken.number,
                since: Instant::now(),
                patience: timeout / 2,
                answered: false,
            };
            let answer = sent(taken.shared, &command).await;
            watched.answered = true;
            match reply(command.name, answer) {
                Err(fault) if fault.broken => {
                    self.give_up(taken.number);
                    let dropped =
                        !matches!(fault.error.kind(), super::super::StoreErrorKind::Refused);
                    if !(again && dropped && !taken.is_new) {
                        return Err(fault);
                    }
                    again = false;
                }
                other => return other,
            }
        }
    }
}

async fn sent(shared: Shared, command: &Command) -> Result<redis::Value, redis::RedisError> {
    match shared {
        Shared::Node(mut connection) => connection.req_packed_command(&command.cmd).await,
        #[cfg(feature = "redis-cluster")]
        Shared::Cluster(mut connection) => connection.req_packed_command(&command.cmd).await,
    }
}

/// A caller who has waited long and goes away without an answer gives the connection up: a network may
/// have swallowed what was sent, and the system would try for minutes to send it again.
struct Watched<'l> {
    link: &'l Link,
    number: u64,
    since: Instant,
    patience: Duration,
    answered: bool,
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if !self.answered && self.since.elapsed() >= self.patience {
            self.link.give_up(self.number);
        }
    }
}
