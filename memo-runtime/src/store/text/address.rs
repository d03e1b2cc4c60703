//! Where the servers are, read from a URL. What goes wrong is told without a word that might be a
//! password.

use super::protocol::Dialect;
use std::error::Error;
use std::fmt;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
}

/// Why an address can't be used, or not any more.
///
/// ```
/// # #[cfg(feature = "memcached")] {
/// use memofn::store::memcached::Memcached;
///
/// let error = Memcached::open("memcached://example.org:66666").unwrap_err();
/// assert_eq!(error.to_string(), "the address of memcached: the port is none");
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    pub(super) dialect: Dialect,
    pub(super) what: String,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.dialect {
            Dialect::Memcached => "memcached",
            Dialect::Hazelcast => "Hazelcast",
        };
        write!(f, "the address of {name}: {}", self.what)
    }
}

impl Error for AddressError {}

impl Dialect {
    pub(super) fn scheme(self) -> &'static str {
        match self {
            Self::Memcached => "memcached",
            Self::Hazelcast => "hazelcast",
        }
    }

    pub(super) fn variable(self) -> &'static str {
        match self {
            Self::Memcached => "MEMOFN_MEMCACHED_URL",
            Self::Hazelcast => "MEMOFN_HAZELCAST_URL",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Memcached => 11211,
            Self::Hazelcast => 5701,
        }
    }
}

/// `memcached://host:port`, `hazelcast://host:port,host:port`.
pub(super) fn places(url: &str, dialect: Dialect) -> Result<Vec<Place>, AddressError> {
    let wrong = |what: &str| {
        let what = what.to_owned();
        Err(AddressError { dialect, what })
    };
    let scheme = dialect.scheme();
    let hosts = match url.trim().split_once("://") {
        Some((given, hosts)) if given == scheme => hosts,
        _ => return wrong(&format!("write it as `{scheme}://host:{}`", dialect.port())),
    };
    let hosts = hosts.strip_suffix('/').unwrap_or(hosts);
    if hosts.contains('@') {
        return wrong("this protocol has no login: put it where only who may use it can reach it");
    }
    if hosts.contains(['/', '?', '#']) {
        return wrong("nothing stands behind the host and its port");
    }
    if dialect == Dialect::Memcached && hosts.contains(',') {
        return wrong(
            "several servers: keys aren't spread here; name one server, or a proxy for them",
        );
    }
    let mut places = Vec::new();
    for host in hosts.split(',') {
        match place(host, dialect.port()) {
            Ok(place) => places.push(place),
            Err(what) => return wrong(what),
        }
    }
    Ok(places)
}

fn place(text: &str, default: u16) -> Result<Place, &'static str> {
    let (host, port) = match text.strip_prefix('[') {
        // Of the sixth version, in brackets because of its own colons.
        Some(rest) => match rest.split_once(']') {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, Some(port.strip_prefix(':').unwrap_or(""))),
            None => return Err("`]` is missing behind an address of the sixth version"),
        },
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    if host.is_empty() {
        return Err("a host is missing");
    }
    if !host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:%".contains(&byte))
    {
        return Err("a host has characters that no host has");
    }
    let port = match port.map(str::parse) {
        None => default,
        Some(Ok(port)) if port != 0 => port,
        Some(_) => return Err("the port is none"),
    };
    let host = host.to_owned();
    Ok(Place { host, port })
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str, dialect: Dialect) -> Result<String, String> {
        let places = places(url, dialect).map_err(|error| error.what)?;
        let places: Vec<_> = places.iter().map(ToString::to_string).collect();
        Ok(places.join(","))
    }

    #[test]
    fn addresses_are_read() {
        let memcached = |url| shown(url, Dialect::Memcached).unwrap();
        assert_eq!(memcached("memcached://localhost"), "localhost:11211");
        assert_eq!(memcached(" memcached://10.0.0.1:1234/ "), "10.0.0.1:1234");
        assert_eq!(memcached("memcached://[::1]"), "[::1]:11211");
        assert_eq!(memcached("memcached://[::1]:7"), "[::1]:7");
        let hazelcast = |url| shown(url, Dialect::Hazelcast).unwrap();
        assert_eq!(hazelcast("hazelcast://a,b:5702"), "a:5701,b:5702");
    }

    #[test]
    fn what_is_no_address_is_told_and_nothing_secret_with_it() {
        for bad in [
            "",
            "localhost",
            "redis://localhost",
            "hazelcast://localhost",
            "memcached://",
            "memcached://a:0",
            "memcached://a:70000",
            "memcached://a:secret",
            "memcached://user:secret@a",
            "memcached://a/secret",
            "memcached://a?secret",
            "memcached://a b",
            "memcached://[::1",
            "memcached://[::1]x",
            "memcached://a,b",
        ] {
            let told = shown(bad, Dialect::Memcached).unwrap_err();
            assert!(!told.contains("secret"), "{told}");
        }
        assert!(shown("hazelcast://a,,b", Dialect::Hazelcast).is_err());
    }
}
