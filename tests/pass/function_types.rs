//! The elided lifetimes of `fn(&str)` and `dyn Fn(&str)` are those of a call: such types borrow nothing.
#![deny(warnings, unused)]
use memofn::memoize;
use std::sync::Arc;

type Predicate = Arc<dyn Fn(&str) -> bool + Send + Sync>;

#[memoize]
fn pointer(n: u32) -> fn(&str) -> usize {
    if n == 0 { |_| 0 } else { str::len }
}

#[memoize]
fn named(n: u32) -> for<'a> fn(&'a str) -> &'a str {
    if n == 0 { str::trim } else { str::trim_start }
}

#[memoize]
fn object(length: usize) -> Arc<dyn Fn(&str) -> bool + Send + Sync> {
    Arc::new(move |text| text.len() == length)
}

#[memoize]
fn alias(length: usize) -> Predicate {
    Arc::new(move |text| text.len() == length)
}

#[memoize]
fn leaked(length: usize) -> &'static (dyn Fn(&str) -> bool + Send + Sync) {
    Box::leak(Box::new(move |text: &str| text.len() == length))
}

#[memoize]
fn argument(f: fn(&str) -> usize, g: Option<for<'a> fn(&'a str) -> &'a str>, text: &str) -> usize {
    f(g.map_or(text, |g| g(text)))
}

fn length(text: &str) -> usize {
    text.len()
}

fn trim(text: &str) -> &str {
    text.trim()
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (pointer(0)("ab"), pointer(1)("ab"), named(0)(" a ")),
            (0, 2, "a")
        );
        assert!(object(2)("ab") && alias(2)("ab") && leaked(2)("ab"));
        assert_eq!(
            (
                argument(length, None, " a "),
                argument(length, Some(trim), " a ")
            ),
            (3, 1)
        );
    }
    assert_eq!((pointer_cache_info().hits, named_cache_info().hits), (2, 1));
    assert_eq!(
        (
            object_cache_info().hits,
            alias_cache_info().hits,
            leaked_cache_info().hits
        ),
        (1, 1, 1)
    );
    assert_eq!(
        (argument_cache_info().hits, argument_cache_info().misses),
        (2, 2)
    );
}
