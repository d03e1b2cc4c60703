//! The options about how long a result holds: constants, literals, run-time expressions; closures and
//! paths; on aliases of `Result` and `Option`; several at once.
#![deny(warnings, unused)]
use memofn::memoize;
use std::io;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(5);

fn later(factor: u32) -> Duration {
    SOON * factor
}

type Answer<T> = Result<T, String>;
type Maybe<T> = Option<T>;

mod tokens {
    use std::time::Duration;

    #[derive(Clone, Debug, PartialEq)]
    pub struct Token(pub u32);

    impl Token {
        pub fn lifetime(&self) -> Option<Duration> {
            (self.0 > 5).then(|| Duration::from_secs(u64::from(self.0)))
        }
    }
}
use tokens::Token;

#[memoize(err_ttl = "5s")]
fn err_literal(n: u32) -> Result<u32, String> {
    n.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[memoize(err_ttl = later(2), ttl = SOON * 3, capacity = 10)]
fn err_expression(n: u32) -> Answer<u32> {
    n.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[memoize(none_ttl = "250ms")]
fn none_literal(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[memoize(none_ttl = SOON, max_weight = "1KiB")]
fn none_alias(n: u32) -> Maybe<String> {
    n.checked_sub(1).map(|n| n.to_string())
}

#[memoize(ttl = "10s", stale_if_error = "1h 30m")]
fn stale(n: u32) -> io::Result<u32> {
    n.checked_sub(1).ok_or(io::ErrorKind::NotFound.into())
}

#[memoize(ttl = SOON, stale_if_error = later(100), err_ttl = "1s", jitter = "10%")]
fn stale_and_err(n: u32) -> Answer<u32> {
    n.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[memoize(ttl = SOON, stale_if_error = SOON, cache_err)]
fn stale_and_stored(n: u32) -> Answer<u32> {
    n.checked_sub(1).ok_or_else(|| "zero".to_owned())
}

#[memoize(expires = |token| token.lifetime())]
fn own_lifetime(n: u32) -> Token {
    Token(n)
}

#[memoize(expires = Token::lifetime, ttl = "1m")]
fn own_lifetime_by_path(n: u32) -> Token {
    Token(n)
}

#[memoize(expires = |value: &Option<u32>| -> Option<Duration> { value.map(|_| later(1)) }, none_ttl = "5s", tti = "1h")]
fn own_lifetime_or_none(n: u32) -> Option<u32> {
    n.checked_sub(1)
}

#[memoize(refresh_after = "20s", ttl = "30s")]
fn refreshed(n: u32, text: &str) -> String {
    text.repeat(n as usize)
}

// Which is the longer one, only the run-time tells.
#[memoize(refresh_after = later(2), ttl = SOON)]
fn refreshed_too_late(n: u32) -> u32 {
    n
}

#[memoize(
    policy = "lru", capacity = 100, max_weight = "1MiB", ttl = "30s", tti = "20s", jitter = "10%",
    expires = |answer| answer.is_ok().then_some(SOON), refresh_after = "10s", stale_if_error = "1h",
    err_ttl = "2s", cache_if = |_| true, single_flight = true, max_wait = "1s",
    on_evict = |_, _, _| {}, hasher = std::hash::RandomState, name = "everything"
)]
fn everything(n: u32, names: &[&str]) -> Answer<String> {
    names.get(n as usize).map(ToString::to_string).ok_or_else(|| "none".to_owned())
}

struct Shop(u32);

impl Shop {
    const SOON: Duration = Duration::from_secs(5);

    fn lifetime(value: &Option<u32>) -> Option<Duration> {
        value.map(|_| Self::SOON)
    }

    #[memoize(skip(self), none_ttl = Self::SOON, expires = Self::lifetime, ttl = "1m")]
    fn price(&self, n: u32) -> Option<u32> {
        n.checked_sub(self.0)
    }
}

#[memoize(scope = "thread", ttl = "30s", err_ttl = "5s", stale_if_error = "1h", expires = |_| None)]
fn of_this_thread(n: u32) -> Answer<std::rc::Rc<u32>> {
    n.checked_sub(1).map(std::rc::Rc::new).ok_or_else(|| "zero".to_owned())
}

pub(crate) fn main() {
    for _ in 0..2 {
        for n in [0_u32, 1, 9] {
            let minus = n.checked_sub(1);
            assert_eq!(err_literal(n).ok(), minus);
            assert_eq!(err_expression(n).ok(), minus);
            assert_eq!(none_literal(n), minus);
            assert_eq!(none_alias(n), minus.map(|n| n.to_string()));
            assert_eq!(stale(n).ok(), minus);
            assert_eq!(stale_and_err(n).ok(), minus);
            assert_eq!(stale_and_stored(n).ok(), minus);
            assert_eq!(own_lifetime(n), Token(n));
            assert_eq!(own_lifetime_by_path(n), Token(n));
            assert_eq!(own_lifetime_or_none(n), minus);
            assert_eq!(refreshed(n, "ab"), "ab".repeat(n as usize));
            assert_eq!(refreshed_too_late(n), n);
            assert_eq!(everything(n, &["a", "b"]).ok().as_deref(), ["a", "b"].get(n as usize).copied());
            assert_eq!(Shop(1).price(n), minus);
            assert_eq!(of_this_thread(n).ok().map(|n| *n), minus);
        }
    }
    assert_eq!((err_literal_cache_info().len, none_literal_cache_info().len), (3, 3));
    assert_eq!((stale_cache_info().len, stale_cache_info().errors), (2, 2));
}
