//! The commands, and how their answers are read: the same for all ways to a server.
//!
//! What compares and writes, or writes and tells, is one script on one key, so that it works on a
//! Cluster. It goes by `EVAL`, not by its hash: the server keeps a script by its text anyway, and there is no
//! second round for one that it doesn't know.

use super::reply::{Fault, Reply};
use redis::Cmd;
use std::time::Duration;

/// A command to be sent.
pub(super) struct Command {
    pub(super) name: &'static str,
    pub(super) cmd: Cmd,
    /// May be sent again on another connection.
    pub(super) again: bool,
}

/// `KEYS[1]` holds `ARGV[1]`: then it shall hold `ARGV[2]`, for `ARGV[3]` ms or for ever.
const FILL: &str = "if redis.call('GET',KEYS[1])~=ARGV[1] then return 0 end \
    if ARGV[3]=='' then redis.call('SET',KEYS[1],ARGV[2]) \
    else redis.call('SET',KEYS[1],ARGV[2],'PX',ARGV[3]) end return 1";
/// `KEYS[1]` shall hold `ARGV[1]`, for `ARGV[2]` ms or for ever; tell of it.
const PUT: &str = "if ARGV[2]=='' then redis.call('SET',KEYS[1],ARGV[1]) \
    else redis.call('SET',KEYS[1],ARGV[1],'PX',ARGV[2]) end \
    redis.call('PUBLISH',ARGV[3],ARGV[4]) return 1";
const REMOVE: &str = "local n=redis.call('UNLINK',KEYS[1]) \
    redis.call('PUBLISH',ARGV[1],ARGV[2]) return n";
const REMOVE_IF: &str = "if redis.call('GET',KEYS[1])~=ARGV[1] then return 0 end \
    return redis.call('UNLINK',KEYS[1])";

/// Whom to tell of a change, and in which words.
pub(super) struct Message<'m> {
    pub(super) channel: &'m str,
    pub(super) text: &'m str,
}

impl Command {
    fn new(name: &'static str) -> Self {
        let cmd = redis::cmd(name);
        let again = false;
        Self { name, cmd, again }
    }

    fn script(text: &str, key: &str) -> Self {
        let mut command = Self::new("EVAL");
        command.cmd.arg(text).arg(1).arg(key);
        command
    }

    pub(super) fn get(key: &str) -> Self {
        let mut command = Self::new("GET");
        command.cmd.arg(key);
        command.again = true;
        command
    }

    pub(super) fn claim(key: &str, token: &[u8], lease: Duration) -> Self {
        let mut command = Self::new("SET");
        command.cmd.arg(key).arg(token).arg("NX");
        if let Some(millis) = millis(Some(lease)) {
            command.cmd.arg("PX").arg(millis);
        }
        command
    }

    pub(super) fn fill(key: &str, token: &[u8], value: &[u8], ttl: Option<Duration>) -> Self {
        let mut command = Self::script(FILL, key);
        command.cmd.arg(token).arg(value).arg(lifetime(ttl));
        command
    }

    pub(super) fn put(
        key: &str,
        value: &[u8],
        ttl: Option<Duration>,
        message: &Message<'_>,
    ) -> Self {
        let mut command = Self::script(PUT, key);
        command.cmd.arg(value).arg(lifetime(ttl));
        command.cmd.arg(message.channel).arg(message.text);
        command
    }

    pub(super) fn remove(key: &str, message: &Message<'_>) -> Self {
        let mut command = Self::script(REMOVE, key);
        command.cmd.arg(message.channel).arg(message.text);
        command
    }

    pub(super) fn remove_if(key: &str, held: &[u8]) -> Self {
        let mut command = Self::script(REMOVE_IF, key);
        command.cmd.arg(held);
        command
    }

    pub(super) fn announce(message: &Message<'_>) -> Self {
        let mut command = Self::new("PUBLISH");
        command.cmd.arg(message.channel).arg(message.text);
        command
    }

    /// `AUTH` and `SELECT`, as far as they are needed.
    pub(super) fn greeting(login: &super::address::Login, database: i64) -> Vec<Self> {
        let mut greeting = Vec::new();
        if let Some(password) = &login.password {
            let mut command = Self::new("AUTH");
            command.cmd.arg(login.user.as_deref()).arg(password);
            greeting.push(command);
        }
        if database != 0 {
            let mut command = Self::new("SELECT");
            command.cmd.arg(database);
            greeting.push(command);
        }
        greeting
    }
}

/// In whole milliseconds, rounded up, at least one; none for what the server can't count.
fn millis(ttl: Option<Duration>) -> Option<u64> {
    /// The server adds it to the time of day and refuses what overflows 63 bits.
    const LONGEST: u128 = 1 << 61;
    let millis = ttl?.as_nanos().div_ceil(1_000_000).max(1);
    (millis < LONGEST).then_some(millis as u64)
}

fn lifetime(ttl: Option<Duration>) -> String {
    millis(ttl)
        .map(|millis| millis.to_string())
        .unwrap_or_default()
}

/// What was under the key.
pub(super) fn held(reply: Reply) -> Result<Option<Vec<u8>>, Fault> {
    match reply {
        Reply::Nothing => Ok(None),
        Reply::Bytes(bytes) => Ok(Some(bytes)),
        _ => Err(Fault::odd("GET")),
    }
}

/// Was the key free?
pub(super) fn claimed(reply: Reply) -> Result<bool, Fault> {
    match reply {
        Reply::Okay => Ok(true),
        Reply::Nothing => Ok(false),
        _ => Err(Fault::odd("SET")),
    }
}

/// Did a script do it?
pub(super) fn done(reply: Reply) -> Result<bool, Fault> {
    match reply {
        Reply::Number(0) => Ok(false),
        Reply::Number(_) => Ok(true),
        _ => Err(Fault::odd("a script")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_rounded_up_and_never_to_for_ever_but_when_they_are_too_long() {
        assert_eq!(millis(None), None);
        assert_eq!(millis(Some(Duration::ZERO)), Some(1));
        assert_eq!(millis(Some(Duration::from_nanos(1))), Some(1));
        assert_eq!(millis(Some(Duration::from_micros(1_001))), Some(2));
        assert_eq!(millis(Some(Duration::from_secs(60))), Some(60_000));
        assert_eq!(millis(Some(Duration::MAX)), None);
    }
}
