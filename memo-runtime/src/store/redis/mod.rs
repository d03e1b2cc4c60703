//! Redis and Valkey: one server, a Cluster, or the master that Sentinel names. With the feature `redis`, and
//! `redis-cluster`, `redis-sentinel`, `redis-tls-rustls`; they need Rust 1.88.
//!
//! `store = "redis"` uses [`redis()`], whose address comes from `MEMOFN_REDIS_URL` or from
//! [`configure`]. A [`Redis`] of one's own is a store as any other:
//!
//! ```
//! use memofn::store::redis::Redis;
//! use memofn::store::Store;
//! use std::sync::LazyLock;
//!
//! static SESSIONS: LazyLock<Redis> =
//!     LazyLock::new(|| Redis::open("redis://memo:secret@sessions.example.org/2").unwrap());
//!
//! // Nothing is connected before the first call. And no login is ever shown.
//! assert_eq!(format!("{:?}", *SESSIONS), "Redis(redis://sessions.example.org:6379/2)");
//! assert!(SESSIONS.capabilities().is_fenced() && SESSIONS.capabilities().has_invalidations());
//! ```
//!
//! | address | what is there |
//! |---|---|
//! | `redis://user:password@host:6379/0` | one server, by TCP; all but the host may be left out |
//! | `unix:///run/redis.sock?db=0&user=…&password=…` | one server, by a socket |
//! | `redis-cluster://user:password@host:6379,host:6379` | a cluster, by some of its nodes |
//! | `redis-sentinel://user:password@host:26379,host:26379/master/0?sentinel_user=…&sentinel_password=…` | the master of that name |
//!
//! `rediss://`, `rediss-cluster://` and `rediss-sentinel://` go through TLS, with the certificates that the system
//! trusts (or those in the file that `SSL_CERT_FILE` names). `valkey` may stand for `redis`. In logins
//! write `%40` for `@`, `%2F` for `/`.
//!
//! *What a user of the server must be allowed.* This is enough; on a Cluster `+cluster|slots` as well, for
//! databases other than 0 `+select`:
//!
//! ```text
//! ACL SETUSER memo reset on >password ~memo:* &memo:* -@all +get +set +unlink +eval +publish +subscribe +ping
//! ```
//!
//! *How it connects.* Blocking calls have connections of their own, up to 32, and on each of them an
//! operation ends at its deadline whatever the server does. Async calls, clusters and TLS share one
//! connection, driven by a thread of the runtime's own: it works under any executor, and outlives it. A
//! connection that broke or gave no answer is dropped; nothing is sent twice but a `GET` over one that had ended.

mod address;
mod command;
mod connect;
mod driver;
mod link;
mod listen;
mod pool;
mod reply;
mod wire;

pub use address::AddressError;

use super::budget::time_for;
use super::{AsyncStore, Capabilities, Listener, Store, StoreError, StoreErrorKind, StoreFuture};
use address::{Address, Kind};
use command::{Command, Message, claimed, done, held};
use link::Link;
use listen::Listeners;
use once_cell::sync::OnceCell;
use pool::Pool;
use reply::{Fault, Reply};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A store in Redis. Cheap to clone; clones share their connections.
///
/// ```
/// use memofn::store::Store;
/// use memofn::store::redis::Redis;
/// use std::time::{Duration, Instant};
///
/// // Nobody is there.
/// let redis = Redis::open("redis://127.0.0.1:1").unwrap().with_timeout(Duration::from_millis(50));
/// let error = redis.get("memo:key").unwrap_err();
/// assert!(error.kind().is_out_of_reach());
/// ```
#[derive(Clone)]
pub struct Redis {
    server: Result<Arc<Server>, AddressError>,
    timeout: Option<Duration>,
}

struct Server {
    address: Arc<Address>,
    pool: Pool,
    link: Arc<Link>,
    listeners: Arc<Listeners>,
}

impl Redis {
    /// The server at an address. Connects when it is first used.
    ///
    /// # Errors
    /// When it is no address, or needs a feature that isn't there.
    ///
    /// ```
    /// use memofn::store::redis::Redis;
    ///
    /// assert!(Redis::open("redis://localhost").is_ok());
    /// assert!(Redis::open("localhost").is_err());
    /// ```
    pub fn open(address: &str) -> Result<Self, AddressError> {
        let address = Address::read(address)?;
        address.kind.check()?;
        let address = Arc::new(address);
        let server = Server {
            pool: Pool::new(Arc::clone(&address)),
            link: Arc::new(Link::new(Arc::clone(&address))),
            listeners: Arc::default(),
            address,
        };
        Ok(Self {
            server: Ok(Arc::new(server)),
            timeout: None,
        })
    }

    /// With a longest time of its own for what a call waits for it, in place of [`Settings::timeout`](super::Settings).
    ///
    /// ```
    /// use memofn::store::redis::Redis;
    /// use std::time::Duration;
    ///
    /// let redis = Redis::open("redis://localhost").unwrap();
    /// let patient = redis.with_timeout(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    fn server(&self) -> Result<&Arc<Server>, StoreError> {
        self.server
            .as_ref()
            .map_err(|error| StoreError::new(StoreErrorKind::Refused, error.clone()))
    }

    /// The most that there is for an operation.
    fn timeout(&self) -> Duration {
        self.timeout.unwrap_or_else(|| super::settings().timeout)
    }

    /// Asks, blocking, with the time that there is.
    fn ask(&self, command: Command) -> Result<Reply, Fault> {
        let server = self.server().map_err(Fault::broken)?;
        let deadline = Instant::now() + time_for(self.timeout);
        // A cluster's connections can't be bounded here, nor can those of TLS.
        if server.address.tls || server.address.kind == Kind::Cluster {
            let asked = Arc::clone(&server.link).ask(command, self.timeout());
            return driver::wait(deadline, async { Ok(asked.await) }).map_err(Fault::broken)?;
        }
        server.pool.ask(&command, largest(), deadline)
    }

    /// Asks, as long as the caller waits.
    fn ask_async<'s, T: Send + 's>(
        &'s self,
        command: Command,
        read: fn(Reply) -> Result<T, Fault>,
    ) -> StoreFuture<'s, T> {
        Box::pin(async move {
            let link = Arc::clone(&self.server()?.link);
            let reply = link.ask(command, self.timeout()).await;
            reply.and_then(read).map_err(|fault| fault.error)
        })
    }
}

/// The most bytes that we take in: a value with what stands around it.
fn largest() -> usize {
    super::settings().max_value.saturating_add(64 << 10)
}

/// The address, without a login.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.server {
            Ok(server) => write!(f, "Redis({})", server.address),
            Err(error) => write!(f, "Redis({error})"),
        }
    }
}

/// The channel of this program's namespace.
fn channel() -> &'static str {
    static CHANNEL: OnceLock<String> = OnceLock::new();
    CHANNEL.get_or_init(|| format!("{}:inv", super::settings().namespace))
}

/// What a put or removal of this key is told by.
fn told(key: &str) -> String {
    static ORIGIN: OnceLock<u64> = OnceLock::new();
    let origin = ORIGIN.get_or_init(|| RandomState::new().hash_one(std::process::id()));
    format!("{origin:016x} {key}")
}

/// A command made with the message of its key.
fn telling(key: &str, make: impl FnOnce(&Message<'_>) -> Command) -> Command {
    let text = told(key);
    make(&Message {
        channel: channel(),
        text: &text,
    })
}

fn put(key: &str, value: &[u8], ttl: Option<Duration>) -> Command {
    telling(key, |message| Command::put(key, value, ttl, message))
}

fn remove(key: &str) -> Command {
    telling(key, |message| Command::remove(key, message))
}

fn announce(key: &str) -> Command {
    telling(key, Command::announce)
}

/// On a node, `get` takes in at most 64 KiB more than
/// [`Settings::max_value`](super::Settings::max_value). Over the shared connection of async calls the client
/// crate takes in what the server has.
impl Store for Redis {
    fn capabilities(&self) -> Capabilities {
        // The server's default bound.
        let can = Capabilities::new()
            .fenced()
            .invalidations()
            .max_value(512 << 20);
        self.timeout.map_or(can, |timeout| can.timeout(timeout))
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        asked(self.ask(Command::get(key)), held)
    }

    fn claim(&self, key: &str, token: &[u8], lease: Duration) -> Result<bool, StoreError> {
        asked(self.ask(Command::claim(key, token, lease)), claimed)
    }

    fn fill(
        &self,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, StoreError> {
        asked(self.ask(Command::fill(key, token, value, ttl)), done)
    }

    fn put(&self, key: &str, value: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        asked(self.ask(put(key, value, ttl)), done).map(drop)
    }

    fn remove(&self, key: &str) -> Result<bool, StoreError> {
        asked(self.ask(remove(key)), done)
    }

    fn remove_if(&self, key: &str, held: &[u8]) -> Result<bool, StoreError> {
        asked(self.ask(Command::remove_if(key, held)), done)
    }

    fn announce(&self, key: &str) -> Result<(), StoreError> {
        asked(self.ask(announce(key)), done).map(drop)
    }

    fn listen(&self, listener: Arc<dyn Listener>) {
        if let Ok(server) = self.server() {
            let patience = self.timeout().max(Duration::from_secs(1));
            { &server.listeners }.add(listener, &server.address, channel(), patience);
        }
    }
}

fn asked<T>(
    reply: Result<Reply, Fault>,
    read: fn(Reply) -> Result<T, Fault>,
) -> Result<T, StoreError> {
    reply.and_then(read).map_err(|fault| fault.error)
}

impl AsyncStore for Redis {
    fn get_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, Option<Vec<u8>>> {
        self.ask_async(Command::get(key), held)
    }

    fn claim_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        lease: Duration,
    ) -> StoreFuture<'s, bool> {
        self.ask_async(Command::claim(key, token, lease), claimed)
    }

    fn fill_async<'s>(
        &'s self,
        key: &'s str,
        token: &'s [u8],
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, bool> {
        self.ask_async(Command::fill(key, token, value, ttl), done)
    }

    fn put_async<'s>(
        &'s self,
        key: &'s str,
        value: &'s [u8],
        ttl: Option<Duration>,
    ) -> StoreFuture<'s, ()> {
        self.ask_async(put(key, value, ttl), |reply| done(reply).map(drop))
    }

    fn remove_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, bool> {
        self.ask_async(remove(key), done)
    }

    fn remove_if_async<'s>(&'s self, key: &'s str, held: &'s [u8]) -> StoreFuture<'s, bool> {
        self.ask_async(Command::remove_if(key, held), done)
    }

    fn announce_async<'s>(&'s self, key: &'s str) -> StoreFuture<'s, ()> {
        self.ask_async(announce(key), |reply| done(reply).map(drop))
    }
}

static REDIS: OnceCell<Redis> = OnceCell::new();

/// The server that `store = "redis"` means. Its address is what [`configure`] was given, or
/// `MEMOFN_REDIS_URL`, or `redis://127.0.0.1:6379`. An address that can't be read is told of on standard
/// error, and each of its operations fails with the same words.
///
/// ```
/// use memofn::store::redis::{Redis, configure, redis};
///
/// configure(Redis::open("redis://cache.example.org").unwrap()).unwrap();
/// assert_eq!(format!("{:?}", redis()), "Redis(redis://cache.example.org:6379)");
/// ```
pub fn redis() -> &'static Redis {
    REDIS.get_or_init(|| {
        let named = std::env::var_os("MEMOFN_REDIS_URL").filter(|url| !url.is_empty());
        let url = named.map(|url| url.to_string_lossy().into_owned());
        let opened = Redis::open(url.as_deref().unwrap_or("redis://127.0.0.1:6379"));
        opened.unwrap_or_else(|error| {
            let error = AddressError(format!("MEMOFN_REDIS_URL: {}", error.0));
            eprintln!("memofn: {error}");
            Redis {
                server: Err(error),
                timeout: None,
            }
        })
    })
}

/// Sets it, once, before anything uses it.
///
/// # Errors
/// When it is in use already.
///
/// ```
/// use memofn::store::redis::{Redis, configure};
///
/// configure(Redis::open("redis://cache.example.org").unwrap()).unwrap();
/// let error = configure(Redis::open("redis://other.example.org").unwrap()).unwrap_err();
/// assert!(error.to_string().contains("in use already"));
/// ```
pub fn configure(redis: Redis) -> Result<(), AddressError> {
    { REDIS.set(redis) }
        .map_err(|_| AddressError("it is in use already: set it before the first call".to_owned()))
}
