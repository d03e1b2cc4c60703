//! A connection, by which one command at a time is sent and answered: blocking, or by a future that any executor
//! can poll. Both end at a deadline.
//!
//! `async-io` wakes futures from a thread of its own: so a connection outlives the executor that made it, and
//! tokio, smol and others do as well.

use super::super::StoreError;
use super::super::limit::Limit;
use super::super::line::Way;
use super::protocol::{self, Dialect, Fault, Reply};
use async_io::{Async, Timer};
use event_listener::{EventListener, Listener as _};
use std::future::poll_fn;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant};

/// Bytes that are read at once, and what is kept of a buffer.
const CHUNK: usize = 8 << 10;

enum Stream {
    Blocking {
        stream: TcpStream,
        reads: Limit,
        writes: Limit,
    },
    Awaiting(Async<TcpStream>),
}

pub(super) struct Wire {
    stream: Stream,
    buffer: Vec<u8>,
}

/// The time until then, if there is any.
pub(super) fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(left),
        _ => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// What it gives, if it gives it by then.
async fn within<T>(
    deadline: Instant,
    future: impl Future<Output = io::Result<T>>,
) -> io::Result<T> {
    let (mut future, mut timer) = (pin!(future), None);
    poll_fn(|context| {
        if let Poll::Ready(done) = future.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        let timer = timer.get_or_insert_with(|| Timer::at(deadline));
        match Pin::new(timer).poll(context) {
            Poll::Ready(_) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Waits for a notification, until then.
pub(super) async fn heard(way: Way, event: EventListener, deadline: Instant) -> io::Result<()> {
    match way {
        Way::Blocking => match event.wait_deadline(deadline) {
            Some(()) => Ok(()),
            None => Err(io::ErrorKind::TimedOut.into()),
        },
        Way::Awaiting => {
            let event = async {
                event.await;
                Ok(())
            };
            within(deadline, event).await
        }
    }
}

/// Goes on if it was only a signal, or the socket's time that is over and not the operation's.
fn passed(error: io::Error) -> io::Result<()> {
    match error.kind() {
        // On Windows a socket's time is over as `TimedOut`.
        io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Ok(()),
        _ => Err(error),
    }
}

impl Wire {
    /// To the first of these addresses that takes us, each of which has its share of the time.
    pub(super) async fn to(
        way: Way,
        addresses: &[SocketAddr],
        deadline: Instant,
    ) -> io::Result<Self> {
        let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for (index, address) in addresses.iter().enumerate() {
            let share =
                left(deadline)? / u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
            match Stream::to(way, *address, share).await {
                Ok(stream) => {
                    let buffer = Vec::new();
                    return Ok(Self { stream, buffer });
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// Is it still there, with nothing on it? Only what the kernel knows already.
    pub(super) fn is_alive(&self) -> bool {
        let quiet = |stream: &TcpStream| {
            let seen = stream.peek(&mut [0]);
            matches!(seen, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
        };
        match &self.stream {
            Stream::Blocking { stream, .. } => {
                stream.set_nonblocking(true).is_ok()
                    && quiet(stream)
                    && stream.set_nonblocking(false).is_ok()
            }
            Stream::Awaiting(stream) => quiet(stream.get_ref()),
        }
    }

    /// Sends a command and gives its answer. `key`: of which a value may be. `most`: bytes that a value has.
    pub(super) async fn ask(
        &mut self,
        command: &[u8],
        key: &str,
        most: usize,
        deadline: Instant,
    ) -> Result<Reply, Fault> {
        self.buffer.clear();
        self.buffer.shrink_to(CHUNK);
        self.stream
            .send(command, deadline)
            .await
            .map_err(Fault::broken)?;
        loop {
            let came = self.stream.receive(&mut self.buffer, deadline).await;
            if came.map_err(Fault::broken)? == 0 {
                let ended = io::Error::from(io::ErrorKind::UnexpectedEof);
                return Err(Fault::broken(ended));
            }
            if let Some(reply) = protocol::read(&self.buffer, key, most)? {
                return Ok(reply);
            }
        }
    }

    /// Is this who it is taken for?
    pub(super) async fn greet(&mut self, dialect: Dialect, deadline: Instant) -> Result<(), Fault> {
        let version = match self.ask(protocol::VERSION, "", 0, deadline).await? {
            Reply::Version(version) => version,
            other => return other.unexpected(),
        };
        let is = match version.contains("Hazelcast") {
            true => Dialect::Hazelcast,
            false => Dialect::Memcached,
        };
        if is == dialect {
            return Ok(());
        }
        let what = match is {
            Dialect::Hazelcast => "this is Hazelcast: write `store = \"hazelcast\"`",
            Dialect::Memcached => {
                "this isn't Hazelcast: for memcached write `store = \"memcached\"`"
            }
        };
        let kind = super::super::StoreErrorKind::Refused;
        Err(Fault::broken(StoreError::new(kind, what)))
    }
}

impl Stream {
    async fn to(way: Way, address: SocketAddr, share: Duration) -> io::Result<Self> {
        match way {
            Way::Blocking => {
                let stream = TcpStream::connect_timeout(&address, share)?;
                stream.set_nodelay(true)?;
                Ok(Self::Blocking {
                    stream,
                    reads: Limit::default(),
                    writes: Limit::default(),
                })
            }
            Way::Awaiting => {
                let connecting = Async::<TcpStream>::connect(address);
                let stream = within(Instant::now() + share, connecting).await?;
                stream.get_ref().set_nodelay(true)?;
                Ok(Self::Awaiting(stream))
            }
        }
    }

    async fn send(&mut self, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
        while !bytes.is_empty() {
            let left = left(deadline)?;
            let sent = match self {
                Self::Blocking { stream, writes, .. } => {
                    let limit = writes.renewed(left);
                    if limit.is_some() {
                        stream.set_write_timeout(limit)?;
                    }
                    stream.write(bytes)
                }
                Self::Awaiting(stream) => {
                    within(
                        deadline,
                        stream.write_with(|mut stream| stream.write(bytes)),
                    )
                    .await
                }
            };
            match sent {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(sent) => bytes = &bytes[sent..],
                Err(error) => passed(error)?,
            }
        }
        Ok(())
    }

    /// Takes in what comes next. Memory is taken as bytes come, whatever length was announced.
    async fn receive(&mut self, buffer: &mut Vec<u8>, deadline: Instant) -> io::Result<usize> {
        let begin = buffer.len();
        buffer.resize(begin + CHUNK.max(begin), 0);
        let came = loop {
            let room = &mut buffer[begin..];
            let left = left(deadline)?;
            let came = match self {
                Self::Blocking { stream, reads, .. } => {
                    let limit = reads.renewed(left);
                    if limit.is_some() {
                        stream.set_read_timeout(limit)?;
                    }
                    stream.read(room)
                }
                Self::Awaiting(stream) => {
                    within(deadline, stream.read_with(|mut stream| stream.read(room))).await
                }
            };
            match came {
                Ok(came) => break came,
                Err(error) => passed(error)?,
            }
        };
        buffer.truncate(begin + came);
        Ok(came)
    }
}
