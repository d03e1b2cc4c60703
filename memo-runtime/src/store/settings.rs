//! What holds for all stores of a process: from the environment, or set in code before first use.

use once_cell::sync::OnceCell;
use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What holds for all stores of this process.
///
/// ```
/// use memofn::store::{self, Settings};
/// use std::time::Duration;
///
/// let mut settings = Settings::from_env();
/// settings.namespace = "shop".to_owned();
/// settings.timeout = Duration::from_millis(50);
/// store::configure(settings).unwrap(); // before the first call of a function with a store
/// assert_eq!(store::settings().namespace, "shop");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// What all keys begin with, so that several programs can have one server: `A-Z a-z 0-9 _ . -`, 1 to
    /// 64 of them. Default: `MEMOFN_STORE_NAMESPACE`, or `memo`.
    pub namespace: String,
    /// Longest time that one call waits for its store, whatever operations it needs; and longest time for an
    /// operation that no call waits for. Default: `MEMOFN_STORE_TIMEOUT`, as `250ms`, or 100 ms.
    pub timeout: Duration,
    /// How long a claim holds, at least: who dies in a computation keeps others waiting that long. Where the bodies of
    /// a function have taken longer than half of it, its claims hold for twice that time.
    /// Default: `MEMOFN_STORE_LEASE`, as `30s`, or 10 s.
    pub lease: Duration,
    /// The largest result in bytes, encoded, that is stored or read. Default: 1 MiB.
    pub max_value: usize,
    /// With a key, results carry a tag that only who knows it can make, and what has none or a wrong one
    /// is computed again, and not even decoded. For stores that others can write to. 16 bytes at
    /// least. Default: the bytes of `MEMOFN_STORE_KEY`, or none.
    pub key: Option<Vec<u8>>,
}

/// Least bytes of a key.
const SHORTEST_KEY: usize = 16;
/// Most bytes of a namespace.
const LONGEST_NAMESPACE: usize = 64;

impl Default for Settings {
    /// Without a look at the environment.
    fn default() -> Self {
        Self {
            namespace: "memo".to_owned(),
            timeout: Duration::from_millis(100),
            lease: Duration::from_secs(10),
            max_value: 1 << 20,
            key: None,
        }
    }
}

/// Without the key.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("namespace", &self.namespace)
            .field("timeout", &self.timeout)
            .field("lease", &self.lease)
            .field("max_value", &self.max_value)
            .field("key", &self.key.as_ref().map(|_| "..."))
            .finish()
    }
}

impl Settings {
    /// The defaults, and what the environment says. A variable that can't be read is told of on standard error
    /// and left aside; but a `MEMOFN_STORE_KEY` that is too short is used, as far as it goes, so that nothing
    /// unsigned is taken for signed.
    ///
    /// ```
    /// assert_eq!(memofn::store::Settings::from_env().max_value, 1 << 20);
    /// ```
    #[must_use]
    pub fn from_env() -> Self {
        let mut settings = Self::default();
        let tell = |name: &str, problem: &str| eprintln!("memofn: {name} is left aside: {problem}");
        if let Some(namespace) = variable("MEMOFN_STORE_NAMESPACE") {
            match checked_namespace(&namespace) {
                Ok(()) => settings.namespace = namespace,
                Err(problem) => tell("MEMOFN_STORE_NAMESPACE", problem),
            }
        }
        let times = [
            ("MEMOFN_STORE_TIMEOUT", &mut settings.timeout),
            ("MEMOFN_STORE_LEASE", &mut settings.lease),
        ];
        for (name, time) in times {
            match variable(name).map(|text| duration(&text)) {
                None => {}
                Some(Some(given)) => *time = given,
                Some(None) => tell(name, "write it as `250ms`, `30s`, `5m` or `1h`"),
            }
        }
        if let Some(key) = std::env::var_os("MEMOFN_STORE_KEY").filter(|key| !key.is_empty()) {
            let key = key.into_encoded_bytes();
            if key.len() < SHORTEST_KEY {
                eprintln!(
                    "memofn: MEMOFN_STORE_KEY is short, and no store is used: 16 bytes is the least"
                );
            }
            settings.key = Some(key);
        }
        settings
    }

    fn check(&self) -> Result<(), &'static str> {
        checked_namespace(&self.namespace)?;
        match &self.key {
            Some(key) if key.len() < SHORTEST_KEY => Err("the key has less than 16 bytes"),
            _ if self.timeout.is_zero() => {
                Err("a timeout of zero: no operation would ever succeed")
            }
            _ if self.lease.is_zero() => Err("a lease of zero: no claim would ever hold"),
            _ => Ok(()),
        }
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

fn checked_namespace(namespace: &str) -> Result<(), &'static str> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if namespace.is_empty() || namespace.len() > LONGEST_NAMESPACE {
        Err("a namespace has 1 to 64 characters")
    } else if namespace.bytes().all(good) {
        Ok(())
    } else {
        Err("a namespace consists of `A-Z a-z 0-9 _ . -`")
    }
}

/// `250ms`, `30s`, `5m`, `1h`; none of no time.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number = u64::from_str(number).ok().filter(|number| *number > 0)?;
    let millis = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    Some(Duration::from_millis(number.checked_mul(millis)?))
}

static SETTINGS: OnceCell<Settings> = OnceCell::new();

/// The settings in force. From here on they stay: by the environment, unless [`configure`] was called.
///
/// ```
/// let timeout = memofn::store::settings().timeout;
/// assert_eq!(timeout.as_millis(), 100);
/// ```
pub fn settings() -> &'static Settings {
    SETTINGS.get_or_init(Settings::from_env)
}

/// Sets them, once, before anything uses a store.
///
/// # Errors
/// When they are in use already, or can't be used.
///
/// ```
/// use memofn::store::{Settings, configure};
///
/// let mut settings = Settings::default();
/// settings.namespace = "a:b".to_owned();
/// let error = configure(settings).unwrap_err();
/// assert_eq!(error.to_string(), "a namespace consists of `A-Z a-z 0-9 _ . -`");
/// ```
pub fn configure(settings: Settings) -> Result<(), ConfigureError> {
    settings.check().map_err(ConfigureError)?;
    let late = "the settings of the stores are in use already: set them before the first call";
    { SETTINGS.set(settings) }.map_err(|_| ConfigureError(late))
}

/// Why [`configure`] failed.
///
/// ```
/// use memofn::store::{Settings, configure};
/// configure(Settings::default()).unwrap();
/// assert!(configure(Settings::default()).is_err());
/// ```
#[derive(Debug)]
pub struct ConfigureError(&'static str);

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for ConfigureError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units() {
        let millis = |text| duration(text).map(|time| time.as_millis());
        assert_eq!(millis("250ms"), Some(250));
        assert_eq!(millis("30 s"), Some(30_000));
        assert_eq!(millis("5m"), Some(300_000));
        assert_eq!(millis("1h"), Some(3_600_000));
        for bad in [
            "",
            "0s",
            "s",
            "5",
            "5 days",
            "-1s",
            "1.5s",
            "99999999999999999999s",
        ] {
            assert_eq!(millis(bad), None, "{bad}");
        }
        assert_eq!(millis("18446744073709551615h"), None);
    }

    #[test]
    fn what_can_not_be_used_is_refused() {
        let with = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            settings.check()
        };
        assert_eq!(with(|_| ()), Ok(()));
        assert!(with(|settings| settings.namespace.clear()).is_err());
        assert!(with(|settings| settings.namespace = "a b".into()).is_err());
        assert!(with(|settings| settings.namespace = "a".repeat(65)).is_err());
        assert!(with(|settings| settings.key = Some(vec![1; 15])).is_err());
        assert!(with(|settings| settings.timeout = Duration::ZERO).is_err());
        assert!(with(|settings| settings.lease = Duration::ZERO).is_err());
    }

    #[test]
    fn the_key_is_not_shown() {
        let settings = Settings {
            key: Some(b"very secret bytes".to_vec()),
            ..Settings::default()
        };
        let shown = format!("{settings:?}");
        assert!(
            !shown.contains("secret") && !shown.contains("118"),
            "{shown}"
        );
    }
}
