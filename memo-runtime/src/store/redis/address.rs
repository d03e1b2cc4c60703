//! Where Redis is, read from a URL. What goes wrong is told without a word of the login.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// What is at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Node,
    Cluster,
    Sentinel { master: String },
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Tcp(String, u16),
    Unix(PathBuf),
}

/// Who we are. Has no `Debug`, so that it is in none.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) kind: Kind,
    /// The node, or nodes of the cluster, or the sentinels. At least one.
    pub(super) places: Vec<Place>,
    pub(super) login: Login,
    pub(super) sentinel_login: Login,
    pub(super) database: i64,
    pub(super) tls: bool,
}

/// Why an address can't be used, or not any more. Says nothing of the login in it.
///
/// ```
/// use memofn::store::redis::Redis;
///
/// let error = Redis::open("redis://:secret@example.org:66666").unwrap_err();
/// assert_eq!(error.to_string(), "the address of Redis: `66666` is no port");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError(pub(super) String);

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the address of Redis: {}", self.0)
    }
}

impl Error for AddressError {}

fn wrong<T>(what: impl Into<String>) -> Result<T, AddressError> {
    Err(AddressError(what.into()))
}

const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;
const FORMS: &str = "write it as `redis://user:password@host:6379/0`, `unix:///path`, \
     `redis-cluster://host:6379,host:6379` or `redis-sentinel://host:26379,host:26379/master`";

impl Address {
    pub(super) fn read(url: &str) -> Result<Self, AddressError> {
        // Neither the scheme nor the rest is told: either may be a password in the wrong place.
        let Some((scheme, rest)) = url.trim().split_once("://") else {
            return wrong(FORMS);
        };
        let Some((kind, tls, unix)) = scheme_of(scheme) else {
            return wrong(FORMS);
        };
        if tls && !cfg!(feature = "redis-tls-rustls") {
            return wrong("TLS needs memofn's feature `redis-tls-rustls`");
        }
        if rest.contains('#') {
            return wrong("`#` has no meaning in it; in a password write `%23`");
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut address = Self {
            kind,
            places: Vec::new(),
            login: Login::default(),
            sentinel_login: Login::default(),
            database: 0,
            tls,
        };
        if unix {
            if rest.is_empty() {
                return wrong("the path of the socket is missing");
            }
            address.places.push(Place::Unix(decoded(rest)?.into()));
        } else {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let hosts = match authority.rsplit_once('@') {
                Some((login, hosts)) => {
                    address.login = Login::read(login)?;
                    hosts
                }
                None => authority,
            };
            address.hosts(hosts)?;
            address.path(path.trim_end_matches('/'))?;
        }
        address.query(query, unix)?;
        Ok(address)
    }

    fn hosts(&mut self, hosts: &str) -> Result<(), AddressError> {
        let default = match self.kind {
            Kind::Sentinel { .. } => SENTINEL_PORT,
            Kind::Node | Kind::Cluster => PORT,
        };
        for host in hosts.split(',') {
            self.places.push(place(host, default)?);
        }
        if self.kind == Kind::Node && self.places.len() > 1 {
            return wrong(
                "several hosts: write `redis-cluster://` or `redis-sentinel://` for them",
            );
        }
        Ok(())
    }

    /// `/database`; behind Sentinel `/master/database`.
    fn path(&mut self, path: &str) -> Result<(), AddressError> {
        let database = match &mut self.kind {
            Kind::Sentinel { master } => {
                let (name, database) = path.split_once('/').unwrap_or((path, ""));
                if name.is_empty() {
                    return wrong(
                        "the name of the master is missing: write it behind the hosts, as `/mymaster`",
                    );
                }
                *master = decoded(name)?;
                database
            }
            Kind::Node | Kind::Cluster => path,
        };
        self.database = number(database)?;
        if self.kind == Kind::Cluster && self.database != 0 {
            return wrong("a cluster has no database but 0");
        }
        Ok(())
    }

    fn query(&mut self, query: &str, unix: bool) -> Result<(), AddressError> {
        let sentinel = matches!(self.kind, Kind::Sentinel { .. });
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = || decoded(value).map(Some);
            match name {
                "db" if unix => self.database = number(&value()?.unwrap_or_default())?,
                "user" if unix => self.login.user = value()?,
                "password" | "pass" if unix => self.login.password = value()?,
                "sentinel_user" if sentinel => self.sentinel_login.user = value()?,
                "sentinel_password" if sentinel => self.sentinel_login.password = value()?,
                _ if unix => return wrong("behind `?` stand `db`, `user` or `password`"),
                _ if sentinel => {
                    return wrong("behind `?` stand `sentinel_user` or `sentinel_password`");
                }
                _ => return wrong("nothing stands behind `?`; in a password write `%3F`"),
            }
        }
        Ok(())
    }
}

/// What is there, is it behind TLS, is it a path?
fn scheme_of(scheme: &str) -> Option<(Kind, bool, bool)> {
    if matches!(scheme, "unix" | "redis+unix" | "valkey+unix") {
        return Some((Kind::Node, false, true));
    }
    let (base, kind) = match scheme.split_once('-') {
        None => (scheme, Kind::Node),
        Some((base, "cluster")) => (base, Kind::Cluster),
        Some((base, "sentinel")) => {
            let master = String::new();
            (base, Kind::Sentinel { master })
        }
        Some(_) => return None,
    };
    let tls = match base {
        "redis" | "valkey" => false,
        "rediss" | "valkeys" => true,
        _ => return None,
    };
    Some((kind, tls, false))
}

impl Kind {
    /// Is the feature there that it needs?
    pub(super) fn check(&self) -> Result<(), AddressError> {
        match self {
            Self::Cluster if !cfg!(feature = "redis-cluster") => {
                wrong("a cluster needs memofn's feature `redis-cluster`")
            }
            Self::Sentinel { .. } if !cfg!(feature = "redis-sentinel") => {
                wrong("Sentinel needs memofn's feature `redis-sentinel`")
            }
            _ => Ok(()),
        }
    }
}

impl Login {
    /// `user:password`, `:password`, or a password alone as some write it.
    fn read(text: &str) -> Result<Self, AddressError> {
        let (user, password) = match text.split_once(':') {
            Some((user, password)) => (user, password),
            None => ("", text),
        };
        let given = |text: &str| match decoded(text) {
            Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
            Err(_) => wrong("the login has a `%` with no two hexadecimal digits behind it"),
        };
        Ok(Self {
            user: given(user)?,
            password: given(password)?,
        })
    }
}

fn place(host: &str, default: u16) -> Result<Place, AddressError> {
    let (host, port) = match host.strip_prefix('[') {
        // Of the sixth version, in brackets because of its own colons.
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => return wrong("`]` is missing behind an address of the sixth version"),
        },
        None => match host.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (host, None),
        },
    };
    if host.is_empty() {
        return wrong("a host is missing");
    }
    if !host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%".contains(&byte))
    {
        return wrong(
            "a host has characters that no host has; in a password write `@` as `%40`, `/` as `%2F`",
        );
    }
    let port = match port {
        None => default,
        Some(text) => match text.parse() {
            Ok(port) if port != 0 => port,
            // What isn't digits may be a password whose `@` is missing.
            _ if text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
                return wrong(format!("`{text}` is no port"));
            }
            _ => return wrong("the port is none"),
        },
    };
    Ok(Place::Tcp(host.to_owned(), port))
}

fn number(database: &str) -> Result<i64, AddressError> {
    match database {
        "" => Ok(0),
        _ => match database.parse() {
            Ok(number) if number >= 0 => Ok(number),
            _ => wrong("the number of the database is none"),
        },
    }
}

/// With `%41` read as `A`.
fn decoded(text: &str) -> Result<String, AddressError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| (byte? as char).to_digit(16);
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
            _ => return wrong("a `%` has no two hexadecimal digits behind it"),
        }
    }
    String::from_utf8(bytes).or_else(|_| wrong("what its `%` stand for is no UTF-8"))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

/// As a URL, without logins.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, master) = match &self.kind {
            Kind::Node => ("", ""),
            Kind::Cluster => ("-cluster", ""),
            Kind::Sentinel { master } => ("-sentinel", master.as_str()),
        };
        let unix = matches!(self.places.first(), Some(Place::Unix(_)));
        match (unix, self.tls) {
            (true, _) => f.write_str("unix://")?,
            (false, tls) => write!(f, "redis{}{kind}://", if tls { "s" } else { "" })?,
        }
        for (index, place) in self.places.iter().enumerate() {
            write!(f, "{}{place}", if index == 0 { "" } else { "," })?;
        }
        if !master.is_empty() {
            write!(f, "/{master}")?;
        }
        match self.database {
            0 => Ok(()),
            number if unix => write!(f, "?db={number}"),
            number => write!(f, "/{number}"),
        }
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
