//! What a server answers, and what of it is a failure. A server's words are never passed on: it may
//! repeat the command, and with it a value or a password. Only the code that they begin with is.

use super::super::{StoreError, StoreErrorKind};
use redis::{ErrorKind, RedisError, Value};
use std::io;

/// An answer to one of our commands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Nothing,
    Okay,
    Number(i64),
    Bytes(Vec<u8>),
}

/// A failure, and what comes of it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) error: StoreError,
    /// The connection is of no use any more.
    pub(super) broken: bool,
}

impl Fault {
    pub(super) fn broken(error: impl Into<StoreError>) -> Self {
        Self {
            error: error.into(),
            broken: true,
        }
    }

    fn kept(kind: StoreErrorKind, told: String) -> Self {
        Self {
            error: StoreError::new(kind, told),
            broken: false,
        }
    }

    /// An answer to `command` that we don't understand. The next one may belong to it.
    pub(super) fn odd(command: &str) -> Self {
        let told = format!("{command}: an answer that nobody understands");
        Self::broken(StoreError::new(StoreErrorKind::Refused, told))
    }

    /// What a server says in an error.
    pub(super) fn said(command: &str, text: &str) -> Self {
        use StoreErrorKind::{Full, Refused, Unavailable};
        let code = code(text);
        let (kind, broken, meaning) = match code {
            "OOM" => (Full, false, "`maxmemory` is reached"),
            // After a failover; the next connection finds the new master.
            "READONLY" => (Refused, true, "a replica can only be read"),
            "NOAUTH" | "WRONGPASS" => (Unavailable, true, "the login was refused"),
            "NOPERM" => (Refused, false, "this user may not do that"),
            "LOADING" | "BUSY" | "MASTERDOWN" | "CLUSTERDOWN" | "TRYAGAIN" => {
                (Unavailable, false, "it can't answer now")
            }
            "MOVED" | "ASK" => (
                Refused,
                false,
                "a node of a cluster: write `redis-cluster://`",
            ),
            "MISCONF" => (Refused, false, "it can't save to its disk"),
            "NOREPLICAS" => (Refused, false, "it has too few replicas"),
            "WRONGTYPE" => (Refused, false, "the key holds something of another program"),
            _ if text.contains("max number of clients") => (Unavailable, true, "too many clients"),
            _ => (Refused, false, "an error"),
        };
        let told = format!("{command}: {code}, {meaning}");
        Self {
            broken,
            ..Self::kept(kind, told)
        }
    }

    /// What the client crate says.
    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn of(command: &str, error: RedisError) -> Self {
        let io = |kind: io::ErrorKind| Self::broken(io::Error::from(kind));
        match error.kind() {
            _ if error.is_timeout() => io(io::ErrorKind::TimedOut),
            ErrorKind::Io if error.is_connection_refusal() => io(io::ErrorKind::ConnectionRefused),
            // The system's words, or those of TLS.
            ErrorKind::Io => {
                let told = format!("{command}: {error}");
                Self::broken(StoreError::new(StoreErrorKind::Unavailable, told))
            }
            ErrorKind::ClusterConnectionNotFound => {
                let told = format!("{command}: {}", error.category());
                Self::broken(StoreError::new(StoreErrorKind::Unavailable, told))
            }
            ErrorKind::AuthenticationFailed => Self::said(command, "WRONGPASS"),
            _ => match error.code() {
                Some(code) => {
                    let text = format!("{code} {}", error.detail().unwrap_or_default());
                    Self::said(command, &text)
                }
                None => {
                    let told = format!("{command}: {}", error.category());
                    Self::broken(StoreError::new(StoreErrorKind::Refused, told))
                }
            },
        }
    }
}

/// The code of a server's error. In scripts, servers before 7 put it in the middle of the text.
fn code(text: &str) -> &str {
    let first = text.split_ascii_whitespace().next().unwrap_or_default();
    let known = |code: &&&str| text.contains(&format!("-{code} "));
    if let Some(code) = ["OOM", "READONLY", "NOPERM", "MISCONF"].iter().find(known) {
        return code;
    }
    let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    if (2..=16).contains(&first.len()) && first.bytes().all(is_code) {
        first
    } else {
        "ERR"
    }
}

/// The client crate's answer as ours.
pub(super) fn reply(command: &str, answer: Result<Value, RedisError>) -> Result<Reply, Fault> {
    match answer {
        Ok(Value::Nil) => Ok(Reply::Nothing),
        Ok(Value::Okay) => Ok(Reply::Okay),
        Ok(Value::Int(number)) => Ok(Reply::Number(number)),
        Ok(Value::BulkString(bytes)) => Ok(Reply::Bytes(bytes)),
        Ok(Value::ServerError(error)) => Err(Fault::of(command, error.into())),
        Ok(_) => Err(Fault::odd(command)),
        Err(error) => Err(Fault::of(command, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_by_their_code_alone() {
        let told = |text| {
            let fault = Fault::said("EVAL", text);
            (fault.error.kind(), fault.error.to_string(), fault.broken)
        };
        let (kind, text, broken) = told("OOM command not allowed when used memory > 'maxmemory'.");
        assert_eq!(kind, StoreErrorKind::Full);
        assert_eq!(
            text,
            "the store has no room: EVAL: OOM, `maxmemory` is reached"
        );
        assert!(!broken);

        // Servers before 7.
        let old = "ERR Error running script (call to f_1): @user_script:1: \
            -READONLY You can't write against a read only replica.";
        let (kind, text, broken) = told(old);
        assert_eq!(kind, StoreErrorKind::Refused);
        assert!(text.contains("READONLY") && broken, "{text}");

        let repeated = "ERR unknown command 'EVAL', with args beginning with: 'hunter2'";
        assert_eq!(told(repeated).1, "the store refused: EVAL: ERR, an error");
        let odd = "hunter2 hunter2";
        assert_eq!(told(odd).1, "the store refused: EVAL: ERR, an error");
        assert!(told("LOADING Redis is loading").0.is_out_of_reach());
        assert!(
            told("ERR max number of clients reached")
                .0
                .is_out_of_reach()
        );
        assert_eq!(told("").1, "the store refused: EVAL: ERR, an error");
    }
}
