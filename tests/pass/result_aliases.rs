//! `Result` is recognised by type, through aliases; an `Err` is not stored and need not be `Clone`.
#![deny(warnings, unused)]
use memofn::memoize;
use std::error::Error;
use std::io;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Checked = core::result::Result<u32, NotClone>;

#[derive(Debug, PartialEq)]
struct NotClone;

#[memoize]
fn read(path: &str) -> io::Result<usize> {
    if path.is_empty() {
        Err(io::Error::from(io::ErrorKind::NotFound))
    } else {
        Ok(path.len())
    }
}

#[memoize]
fn parse(text: &str) -> Fallible<u32> {
    let n: u32 = text.parse()?;
    Ok(n + 1)
}

#[memoize]
fn checked(n: u32) -> Checked {
    n.checked_sub(1).ok_or(NotClone)
}

#[memoize]
fn formatted(n: u32) -> std::fmt::Result {
    if n == 0 { Err(std::fmt::Error) } else { Ok(()) }
}

#[memoize(cache_err)]
fn kept(n: u32) -> Result<u32, String> {
    n.checked_sub(1).ok_or_else(|| "zero".to_string())
}

type Kept = Result<u32, &'static str>;

#[memoize(cache_err)]
fn kept_alias(n: u32) -> Kept {
    n.checked_sub(1).ok_or("zero")
}

// Nested, it is a plain value.
#[memoize]
fn nested(n: u32) -> Option<Result<u32, String>> {
    Some(n.checked_sub(1).ok_or_else(|| "zero".to_string()))
}

struct Parser;

impl Parser {
    #[memoize(skip(self))]
    fn parse(&self, text: &str) -> Fallible<u32> {
        Ok(text.parse()?)
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(read("").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(read("ab").unwrap(), 2);
        assert!(parse("x").is_err());
        assert_eq!(parse("1").unwrap(), 2);
        assert_eq!(checked(0), Err(NotClone));
        assert_eq!(checked(1), Ok(0));
        assert!(formatted(0).is_err() && formatted(1).is_ok());
        assert_eq!(kept(0), Err("zero".to_string()));
        assert_eq!(kept_alias(0), Err("zero"));
        assert_eq!(nested(0), Some(Err("zero".to_string())));
        assert_eq!(Parser.parse("1").unwrap(), 1);
        assert!(Parser.parse("x").is_err());
    }
    let info = read_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.errors, info.len),
        (1, 3, 2, 1)
    );
    let info = parse_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.errors, info.len),
        (1, 3, 2, 1)
    );
    let info = checked_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.errors, info.len),
        (1, 3, 2, 1)
    );
    assert_eq!(
        (formatted_cache_info().hits, formatted_cache_info().len),
        (1, 1)
    );
    let info = kept_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.errors, info.len),
        (1, 1, 1, 1)
    );
    assert_eq!(
        (kept_alias_cache_info().hits, kept_alias_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (nested_cache_info().hits, nested_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (
            Parser::parse_cache_info().hits,
            Parser::parse_cache_info().misses
        ),
        (1, 3)
    );

    assert!(matches!(read_cache_get("ab"), Some(Ok(2))));
    assert!(read_cache_get("").is_none());
    // What may not be stored is not stored by `insert` either, and the old entry leaves.
    assert!(matches!(checked_cache_insert(1, Ok(7)), Some(Ok(0))));
    assert_eq!(checked(1), Ok(7));
    assert!(matches!(
        checked_cache_insert(1, Err(NotClone)),
        Some(Ok(7))
    ));
    assert!(checked_cache_get(1).is_none());
    assert_eq!(kept_cache_get(0), Some(Err("zero".to_string())));
    assert_eq!(kept_cache_remove(0), Some(Err("zero".to_string())));
    assert_eq!(checked_cache_refresh(0), Err(NotClone));
    assert_eq!(checked_uncached(0), Err(NotClone));
}
