//! How much of what has left may still be there.

use crate::subject::{Living, Text};
use crate::{THREADS, all_at_once, scaled};
use memofn::{Cache, Policy};
use std::sync::atomic::Ordering::Relaxed;

const CAPACITY: u32 = 32;
/// What waits to be freed.
const WAITING: u32 = 64;

/// At most 64 wait. One that is taken away to be freed isn't waiting any more; each thread frees
/// one batch at a time, of those that waited, the one that is just being replaced, and those that
/// somebody was reading when they were looked at before. And each thread has what it is about to
/// store, what it was given, and what it reads.
#[test]
fn what_has_left_is_bounded_at_every_moment() {
    let batch = WAITING + 1 + THREADS;
    let most = i64::from(CAPACITY + batch + THREADS * (batch + 3));
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        let capacity = CAPACITY as usize;
        let cache = Cache::builder().policy(policy).capacity(capacity).build();
        let living = Living::default();
        all_at_once(|_, dice| {
            for _ in 0..scaled(4_000) {
                let key = format!("{}", dice.below(300));
                if dice.below(2) == 0 {
                    let value = cache.get_or_insert_with(&key, || Text::of(&key, &living));
                    value.check(&key);
                } else if let Some(old) = cache.insert(key.clone(), Text::of(&key, &living)) {
                    old.check(&key);
                }
                let alive = living.load(Relaxed);
                assert!(alive <= most, "{alive} are alive");
            }
        });
        let alive = living.load(Relaxed);
        assert!(
            alive <= i64::from(CAPACITY + WAITING),
            "{alive} are alive in the end"
        );
        drop(cache);
        assert_eq!(living.load(Relaxed), 0);
    }
}

/// Replacing one key again and again while all others read it.
#[test]
fn a_contended_entry_is_freed_once_nobody_reads_it() {
    let cache: Cache<String, Text> = Cache::new(4);
    let living = Living::default();
    let key = String::from("hot");
    cache.insert(key.clone(), Text::of(&key, &living));
    all_at_once(|thread, _| {
        for _ in 0..scaled(4_000) {
            if thread == 0 {
                let old = cache.insert(key.clone(), Text::of(&key, &living));
                old.expect("it is there all the time").check(&key);
            } else {
                cache
                    .get(&key)
                    .expect("it is there all the time")
                    .check(&key);
            }
        }
    });
    assert!(living.load(Relaxed) <= 1 + i64::from(WAITING));
    cache.clear();
    assert_eq!(living.load(Relaxed), 0);
}

/// A removal frees at once, so that little time lies between a reader's first look at the entry and the
/// end of it.
#[test]
fn an_entry_that_comes_and_goes() {
    let cache: Cache<String, Text> = Cache::new(4);
    let living = Living::default();
    let key = String::from("hot");
    all_at_once(|thread, _| {
        for _ in 0..scaled(10_000) {
            if thread < 2 {
                cache.insert(key.clone(), Text::of(&key, &living));
                cache.remove(&key);
            } else if let Some(value) = cache.get(&key) {
                value.check(&key);
            }
        }
    });
    cache.clear();
    assert_eq!(living.load(Relaxed), 0);
}
