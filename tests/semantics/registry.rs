//! `memofn::caches()`: the caches of memoized functions used so far.

use memofn::{Cache, CacheHandle, Policy, memoize};

fn find(name: &str) -> Option<CacheHandle> {
    memofn::caches()
        .into_iter()
        .find(|cache| cache.name() == name)
}

#[memoize(policy = "fifo", capacity = 5, name = "a test's own name")]
fn named(n: u32) -> u32 {
    n
}

#[memoize]
fn unnamed(n: u32) -> u32 {
    n
}

#[test]
fn a_used_cache_is_listed_with_all_that_is_known() {
    const NAME: &str = "a test's own name";
    assert!(find(NAME).is_none(), "not used yet");
    for n in [1, 2, 1] {
        named(n);
    }
    let cache = find(NAME).expect("it is used now");
    assert_eq!(cache.info(), named_cache_info());
    assert_eq!((cache.info().hits, cache.info().misses), (1, 2));
    assert_eq!(cache.parameters().policy, Policy::Fifo);
    assert_eq!(cache.parameters().capacity, Some(5));
    named(3);
    assert_eq!(cache.info().misses, 3, "a handle shows the present");
    cache.clear();
    assert_eq!((named_cache_info().misses, named_cache_info().len), (0, 0));
}

#[test]
fn the_name_is_the_path_of_the_function() {
    let name = concat!(module_path!(), "::unnamed");
    assert!(find(name).is_none());
    unnamed(1);
    assert_eq!(find(name).expect("it is used now").info().misses, 1);
    let listed = memofn::caches();
    assert_eq!(
        listed.iter().filter(|cache| cache.name() == name).count(),
        1
    );
}

#[test]
fn names_are_sorted() {
    unnamed_too(1);
    before_unnamed(1);
    let caches = memofn::caches();
    assert!(caches.len() >= 2);
    assert!(caches.is_sorted_by(|one, next| one.name() <= next.name()));
}

#[memoize]
fn unnamed_too(n: u32) -> u32 {
    n
}

#[memoize]
fn before_unnamed(n: u32) -> u32 {
    n
}

/// Caches made by hand have no name and come and go.
#[test]
fn caches_by_hand_are_not_listed() {
    let cache = Cache::builder().capacity(4_321).build();
    cache.insert(1, 1);
    let theirs = |listed: &CacheHandle| listed.parameters().capacity == Some(4_321);
    assert!(!memofn::caches().iter().any(theirs));
}
