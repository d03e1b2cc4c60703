//! Functions may be called as an expansion calls things of its own, and as the helpers' suffixes read.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn get(n: u32) -> u32 {
    n + 1
}

#[memoize]
fn insert(n: u32) -> u32 {
    get(n) + 1
}

#[memoize]
fn cache(n: u32) -> u32 {
    insert(n) + 1
}

#[memoize]
fn key() -> u32 {
    cache(0) + 1
}

#[memoize]
fn info(n: u32) -> u32 {
    key() + n
}

#[memoize]
fn f(f: u32) -> u32 {
    info(f) + 1
}

#[memoize]
fn memofn(memoize: u32) -> u32 {
    f(memoize) + 1
}

mod same_names {
    use memofn::memoize;

    #[memoize]
    pub fn memoize(n: u32) -> u32 {
        n * 2
    }

    #[memoize]
    pub fn clone(n: u32) -> u32 {
        n * 3
    }

    #[memoize]
    pub fn drop(n: u32) -> u32 {
        n * 5
    }

    #[memoize]
    pub fn main(n: u32) -> u32 {
        n * 7
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(cache(1), 4);
        assert_eq!(key(), 4);
        assert_eq!(memofn(1), 7);
        assert_eq!(same_names::memoize(1), 2);
        assert_eq!(same_names::clone(1), 3);
        assert_eq!(same_names::drop(1), 5);
        assert_eq!(same_names::main(1), 7);
    }
    assert_eq!((get_cache_info().hits, get_cache_info().misses), (0, 2));
    assert_eq!(
        (insert_cache_info().hits, insert_cache_info().misses),
        (0, 2)
    );
    assert_eq!((cache_cache_info().hits, cache_cache_info().misses), (1, 2));
    assert_eq!((key_cache_info().hits, key_cache_info().misses), (2, 1));
    assert_eq!(
        (memofn_cache_info().hits, memofn_cache_info().misses),
        (1, 1)
    );
    assert_eq!(same_names::memoize_cache_info().hits, 1);
    assert_eq!(same_names::clone_cache_info().hits, 1);
    assert_eq!(same_names::drop_cache_info().hits, 1);
    assert_eq!(same_names::main_cache_info().hits, 1);
}
