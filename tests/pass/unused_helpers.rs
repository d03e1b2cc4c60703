//! Helpers that nobody uses cause no warning, in functions and methods, public and private.
#![deny(
    warnings,
    unused,
    dead_code,
    unused_must_use,
    unused_variables,
    unused_qualifications,
    unreachable_code
)]
use memofn::memoize;
use std::time::Duration;

#[memoize]
fn private(n: u32) -> u32 {
    n + 1
}

#[memoize(policy = "lfu", capacity = 3, ttl = Duration::from_secs(9), tti = "3s", jitter = "5%")]
pub fn public(text: &str, (a, _): (u8, u8), mut n: u32) -> Option<u32> {
    n += text.len() as u32;
    n.checked_sub(u32::from(a))
}

#[memoize(skip(verbose), cache_err)]
pub(crate) fn skipping(n: u32, verbose: bool) -> Result<u32, String> {
    if verbose {
        Err("verbose".to_string())
    } else {
        Ok(n)
    }
}

#[memoize(key = n % 2, cache_if = |v| *v > 0)]
fn keyed(n: u32, _other: &str) -> u32 {
    n
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

impl Shape {
    #[memoize]
    fn area(&self, n: u32) -> u32 {
        self.0 * n
    }

    #[memoize(skip(self))]
    fn shared(&self, n: u32) -> u32 {
        n
    }

    #[memoize]
    fn made(n: u32) -> Self {
        Self(n)
    }
}

pub(crate) fn main() {
    #[memoize]
    fn local() -> u32 {
        1
    }

    assert_eq!((private(1), private(1)), (2, 2));
    assert_eq!(public("a", (1, 2), 3), Some(3));
    assert_eq!(skipping(1, false), Ok(1));
    assert_eq!((keyed(2, "a"), keyed(4, "b")), (2, 2));
    assert_eq!(Shape(3).area(2), 6);
    assert_eq!(Shape(3).shared(2), 2);
    assert!(Shape::made(3) == Shape(3));
    assert_eq!(local(), 1);
}
