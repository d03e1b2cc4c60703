//! Calls that join each other, fail, are dropped, wait too long and are fenced off, all at once.

use crate::subject::{Crowded, Living, Text};
use crate::{Dice, all_at_once, scaled};
use memofn::{Cache, memoize};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

type Texts = Cache<String, Text>;

/// A key whose computation asks for those below it, and now and then fails.
fn compute(cache: &Texts, living: &Living, key: u32, dice: &mut Dice, calls: &AtomicU64) -> Text {
    calls.fetch_add(1, Relaxed);
    let name = key.to_string();
    let value = cache.get_or_insert_with(&name, || {
        if dice.below(3) == 0 {
            thread::yield_now();
        }
        for other in [key / 2, dice.below(key + 1)] {
            if other < key {
                compute(cache, living, other, dice, calls);
            }
        }
        assert!(dice.below(12) > 0, "now and then");
        Text::of(&name, living)
    });
    value.check(&name);
    value
}

fn texts(capacity: usize) -> Texts {
    Cache::builder()
        .hasher(Crowded(5))
        .capacity(capacity)
        .max_wait(Duration::from_millis(2))
        .build()
}

#[test]
fn every_call_is_counted_whatever_becomes_of_it() {
    let (cache, living, calls) = (texts(6), Living::default(), AtomicU64::new(0));
    all_at_once(|_, dice| {
        for _ in 0..scaled(1_500) {
            let key = dice.below(16);
            let call = || drop(compute(&cache, &living, key, dice, &calls));
            let _ = catch_unwind(AssertUnwindSafe(call));
        }
    });
    let info = cache.info();
    assert_eq!(info.hits + info.misses, calls.load(Relaxed), "{info}");
    assert!(info.coalesced <= info.hits && info.len <= 6, "{info}");
    drop(cache);
    assert_eq!(living.load(Relaxed), 0);
}

#[test]
fn among_fences_each_value_is_that_of_its_key() {
    let (cache, living, calls) = (texts(6), Living::default(), AtomicU64::new(0));
    all_at_once(|_, dice| {
        for _ in 0..scaled(1_500) {
            let key = dice.below(16);
            let name = key.to_string();
            match dice.below(10) {
                0 => cache.clear(),
                1 => drop(cache.remove(&name)),
                2 => drop(cache.insert(name.clone(), Text::of(&name, &living))),
                _ => {
                    let call = || drop(compute(&cache, &living, key, dice, &calls));
                    let _ = catch_unwind(AssertUnwindSafe(call));
                }
            }
        }
    });
    assert!(cache.len() <= 6);
    drop(cache);
    assert_eq!(living.load(Relaxed), 0);
}

#[memoize(policy = "lru", capacity = 5, max_wait = "2ms")]
async fn later(key: u32, steps: u32) -> String {
    let mut left = steps;
    std::future::poll_fn(|_| match left {
        0 => Poll::Ready(()),
        _ => {
            left -= 1;
            Poll::Pending
        }
    })
    .await;
    if key > 1 {
        return format!("{key} {}", Box::pin(later(key / 2, steps)).await);
    }
    key.to_string()
}

fn text(key: u32) -> String {
    if key > 1 {
        return format!("{key} {}", text(key / 2));
    }
    key.to_string()
}

/// Polls a future as long as the dice want, and drops it if it isn't done by then.
fn poll_a_while(future: impl Future<Output = String>, dice: &mut Dice) -> Option<String> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..dice.below(12) {
        if let Poll::Ready(text) = future.as_mut().poll(&mut context) {
            return Some(text);
        }
        thread::yield_now();
    }
    None
}

#[test]
fn futures_that_are_dropped_anywhere() {
    let answered = AtomicU64::new(0);
    all_at_once(|_, dice| {
        for _ in 0..scaled(2_000) {
            let (key, steps) = (dice.below(12), dice.below(3));
            match dice.below(12) {
                0 => drop(later_cache_remove(key, steps)),
                1 => drop(poll_a_while(later_cache_refresh(key, steps), dice)),
                _ => {
                    if let Some(got) = poll_a_while(later(key, steps), dice) {
                        answered.fetch_add(1, Relaxed);
                        assert_eq!(got, text(key));
                    }
                }
            }
        }
    });
    let info = later_cache_info();
    assert!(info.hits + info.misses >= answered.load(Relaxed), "{info}");
    assert!(info.len <= 5, "{info}");
}
