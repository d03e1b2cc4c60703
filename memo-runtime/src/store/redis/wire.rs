//! A blocking connection to one server, without TLS.
//!
//! The client crate's own has no bound on an operation: its time-out is one for each read, so that a
//! server, or a network, that gives a byte now and then keeps a caller as long as it likes; and it takes
//! in whatever length is announced. Here both are bounded: an operation ends at its deadline, and memory is
//! taken as bytes come, up to [`Wire::most`].

use super::super::limit::Limit;
use super::address::Place;
use super::command::Command;
use super::reply::{Fault, Reply};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

macro_rules! each {
    ($stream:expr, $name:ident => $do:expr) => {
        match $stream {
            Stream::Tcp($name) => $do,
            #[cfg(unix)]
            Stream::Unix($name) => $do,
        }
    };
}

/// Bytes that are read at once, and what is kept of a buffer.
const CHUNK: usize = 8 << 10;
/// The longest line of an answer: errors are shorter.
const LONGEST_LINE: usize = 4 << 10;

pub(super) struct Wire {
    stream: Stream,
    reads: Limit,
    writes: Limit,
    /// Bytes that came, and how many of them were read.
    buffer: Vec<u8>,
    read: usize,
    /// Most bytes of a value.
    most: usize,
}

/// The time until then, if there is any.
pub(super) fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(left),
        _ => Err(io::ErrorKind::TimedOut.into()),
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
    /// The first of these that takes us.
    pub(super) fn tcp(
        addresses: &[SocketAddr],
        most: usize,
        deadline: Instant,
    ) -> io::Result<Self> {
        let mut failed = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for address in addresses {
            match TcpStream::connect_timeout(address, left(deadline)?) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(Self::new(Stream::Tcp(stream), most));
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// The socket at a path.
    pub(super) fn unix(place: &Place, most: usize) -> io::Result<Self> {
        match place {
            #[cfg(unix)]
            Place::Unix(path) => Ok(Self::new(Stream::Unix(UnixStream::connect(path)?), most)),
            _ => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "no sockets with paths here",
            )),
        }
    }

    fn new(stream: Stream, most: usize) -> Self {
        Self {
            stream,
            reads: Limit::default(),
            writes: Limit::default(),
            buffer: Vec::new(),
            read: 0,
            most,
        }
    }

    /// Is it still there, with nothing on it? Only what the kernel knows already.
    pub(super) fn is_alive(&self) -> bool {
        let quiet = |seen: io::Result<usize>| matches!(seen, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        let mut byte = [0];
        match &self.stream {
            Stream::Tcp(stream) => {
                stream.set_nonblocking(true).is_ok()
                    && quiet(stream.peek(&mut byte))
                    && stream.set_nonblocking(false).is_ok()
            }
            #[cfg(unix)]
            Stream::Unix(stream) => {
                let mut reader = stream;
                stream.set_nonblocking(true).is_ok()
                    && quiet(reader.read(&mut byte))
                    && stream.set_nonblocking(false).is_ok()
            }
        }
    }

    /// Sends a command and waits for its answer. After a fault that says so the connection is of no use.
    pub(super) fn ask(&mut self, command: &Command, deadline: Instant) -> Result<Reply, Fault> {
        self.buffer.clear();
        self.buffer.shrink_to(CHUNK);
        self.read = 0;
        self.send(&command.cmd.get_packed_command(), deadline)
            .map_err(Fault::broken)?;
        let reply = self.reply(command.name, deadline);
        // One command, one answer: what came besides belongs to nobody.
        if self.read != self.buffer.len() && !matches!(&reply, Err(fault) if fault.broken) {
            return Err(Fault::odd(command.name));
        }
        reply
    }

    fn send(&mut self, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
        while !bytes.is_empty() {
            let limit = self.writes.renewed(left(deadline)?);
            let sent = each!(&mut self.stream, stream => {
                if limit.is_some() {
                    stream.set_write_timeout(limit)?;
                }
                stream.write(bytes)
            });
            match sent {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(sent) => bytes = &bytes[sent..],
                Err(error) => passed(error)?,
            }
        }
        Ok(())
    }

    fn more(&mut self, deadline: Instant) -> io::Result<()> {
        let mut chunk = [0; CHUNK];
        loop {
            let limit = self.reads.renewed(left(deadline)?);
            let came = each!(&mut self.stream, stream => {
                if limit.is_some() {
                    stream.set_read_timeout(limit)?;
                }
                stream.read(&mut chunk)
            });
            match came {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(came) => {
                    self.buffer.extend_from_slice(&chunk[..came]);
                    return Ok(());
                }
                Err(error) => passed(error)?,
            }
        }
    }

    fn reply(&mut self, command: &str, deadline: Instant) -> Result<Reply, Fault> {
        let line = self.line(command, deadline)?;
        let text = std::str::from_utf8(&line).map_err(|_| Fault::odd(command))?;
        let (kind, rest) = text
            .split_at_checked(1)
            .ok_or_else(|| Fault::odd(command))?;
        let number = || rest.parse::<i64>().map_err(|_| Fault::odd(command));
        match kind {
            "+" if rest == "OK" => Ok(Reply::Okay),
            "-" => Err(Fault::said(command, rest)),
            ":" => Ok(Reply::Number(number()?)),
            "$" => match usize::try_from(number()?) {
                Err(_) => Ok(Reply::Nothing),
                Ok(length) if length > self.most => {
                    let told = format!("{command}: a value of {length} bytes, which is too large");
                    Err(Fault::broken(io::Error::new(
                        io::ErrorKind::InvalidData,
                        told,
                    )))
                }
                Ok(length) => self.bytes(command, length, deadline),
            },
            _ => Err(Fault::odd(command)),
        }
    }

    fn line(&mut self, command: &str, deadline: Instant) -> Result<Vec<u8>, Fault> {
        loop {
            let rest = &self.buffer[self.read..];
            if let Some(length) = rest.windows(2).position(|pair| pair == b"\r\n") {
                let line = rest[..length].to_vec();
                self.read += length + 2;
                return Ok(line);
            }
            if rest.len() > LONGEST_LINE {
                return Err(Fault::odd(command));
            }
            self.more(deadline).map_err(Fault::broken)?;
        }
    }

    fn bytes(&mut self, command: &str, length: usize, deadline: Instant) -> Result<Reply, Fault> {
        let end = self.read + length;
        while self.buffer.len() < end + 2 {
            self.more(deadline).map_err(Fault::broken)?;
        }
        if &self.buffer[end..end + 2] != b"\r\n" {
            return Err(Fault::odd(command));
        }
        let bytes = self.buffer[self.read..end].to_vec();
        self.read = end + 2;
        Ok(Reply::Bytes(bytes))
    }
}

#[cfg(all(test, unix))]
#[path = "wire_tests.rs"]
mod tests;
