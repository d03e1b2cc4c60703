//! With `helpers = false` the names of the helpers are free.
#![deny(warnings, unused)]
use memofn::memoize;
use std::sync::atomic::{AtomicU32, Ordering};

static CALLS: AtomicU32 = AtomicU32::new(0);

#[memoize(helpers = false, capacity = 2)]
fn square(n: u32) -> u32 {
    CALLS.fetch_add(1, Ordering::Relaxed);
    n * n
}

fn square_uncached() -> &'static str {
    "uncached"
}
fn square_cache() -> &'static str {
    "cache"
}
fn square_cache_info() -> &'static str {
    "info"
}
fn square_cache_clear() -> &'static str {
    "clear"
}
fn square_cache_parameters() -> &'static str {
    "parameters"
}
fn square_cache_get() -> &'static str {
    "get"
}
fn square_cache_insert() -> &'static str {
    "insert"
}
fn square_cache_remove() -> &'static str {
    "remove"
}
fn square_cache_refresh() -> &'static str {
    "refresh"
}

pub(crate) fn main() {
    assert_eq!((square(3), square(3), square(4), square(3)), (9, 9, 16, 9));
    assert_eq!(CALLS.load(Ordering::Relaxed), 2);
    let words = [
        square_uncached(),
        square_cache(),
        square_cache_info(),
        square_cache_clear(),
        square_cache_parameters(),
        square_cache_get(),
        square_cache_insert(),
        square_cache_remove(),
        square_cache_refresh(),
    ];
    assert_eq!(
        words.join(" "),
        "uncached cache info clear parameters get insert remove refresh"
    );
}
