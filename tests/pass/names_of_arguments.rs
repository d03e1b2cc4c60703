//! Arguments may have any name, those that an expansion likes to use itself included.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
#[allow(clippy::too_many_arguments)]
fn twelve(
    key: u64,
    cache: u64,
    result: u64,
    value: u64,
    hash: u64,
    memo: u64,
    body: u64,
    site: u64,
    state: u64,
    args: u64,
    this: u64,
    entry: u64,
) -> u64 {
    [
        key, cache, result, value, hash, memo, body, site, state, args, this, entry,
    ]
    .iter()
    .fold(0, |sum, n| sum * 10 + n)
}

#[memoize]
fn more(
    self_: u32,
    k: u32,
    v: u32,
    f: u32,
    store: u32,
    owned: u32,
    old: u32,
    new: u32,
    info: u32,
) -> u32 {
    [self_, k, v, f, store, owned, old, new, info]
        .iter()
        .fold(0, |sum, n| sum * 10 + n)
}

// As the function itself, and as the last argument of the insert helper.
#[memoize]
fn value(value: &str) -> usize {
    value.len()
}

#[memoize]
fn memoized(memoized: u32, _memofn: u32, __memofn: u32) -> u32 {
    memoized * 100 + _memofn * 10 + __memofn
}

#[memoize(key = (key, value))]
fn with_options(key: u32, value: u32, result: u32) -> u32 {
    key * 100 + value * 10 + result
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(twelve(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3), 123_456_789_123);
        assert_eq!(more(1, 2, 3, 4, 5, 6, 7, 8, 9), 123_456_789);
        assert_eq!(value("four"), 4);
        assert_eq!(memoized(1, 2, 3), 123);
    }
    assert_eq!(
        (twelve_cache_info().hits, twelve_cache_info().misses),
        (1, 1)
    );
    assert_eq!((more_cache_info().hits, more_cache_info().misses), (1, 1));
    assert_eq!(
        (memoized_cache_info().hits, memoized_cache_info().misses),
        (1, 1)
    );

    assert_eq!(value_cache_get("four"), Some(4));
    assert_eq!(value_cache_insert("four", 5), Some(4));
    assert_eq!(value("four"), 5);
    assert_eq!(value_cache_remove("four"), Some(5));
    assert_eq!(value_cache_get("four"), None);

    assert_eq!(with_options(1, 2, 3), 123);
    assert_eq!(with_options(1, 2, 4), 123);
    assert_eq!(with_options_cache_info().hits, 1);
}
