//! The fences of `clear`, `remove`, `insert` and `refresh` against a computation that ends at the very
//! moment: two threads meet in the body and go on together, thousands of times.

use memofn::memoize;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

const ROUNDS: u32 = 10_000;
const OLD: u32 = 1;
const NEW: u32 = 2;

/// Two threads: the one whose body is held up, and the one that fences.
struct Meeting {
    started: Barrier,
    ended: Barrier,
    /// Is the next body the one that is to meet?
    awaited: AtomicBool,
}

impl Meeting {
    const fn new() -> Self {
        Self {
            started: Barrier::new(2),
            ended: Barrier::new(2),
            awaited: AtomicBool::new(false),
        }
    }

    /// Called by the body.
    fn body(&self) -> u32 {
        if self.awaited.swap(false, Relaxed) {
            self.started.wait();
            OLD
        } else {
            NEW
        }
    }

    /// `call` computes in one thread; `fence` runs in the other when the body is about to return.
    /// `is_right` sees what is left. Both threads go on to the end, whatever they see: a thread that
    /// stopped would leave the other one waiting.
    fn run(&self, call: fn(u32) -> u32, fence: fn(u32), is_right: fn(u32) -> bool) {
        let mut wrong = 0;
        thread::scope(|threads| {
            let caller = threads.spawn(|| {
                let mut answers = 0;
                for key in 0..ROUNDS {
                    self.awaited.store(true, Relaxed);
                    answers += u32::from(call(key) == OLD);
                    self.ended.wait();
                    self.ended.wait();
                }
                answers
            });
            for key in 0..ROUNDS {
                self.started.wait();
                fence(key);
                self.ended.wait();
                wrong += u32::from(!is_right(key));
                self.ended.wait();
            }
            assert_eq!(
                caller.join().unwrap(),
                ROUNDS,
                "each caller gets its own answer"
            );
        });
        assert_eq!(
            wrong, 0,
            "times of {ROUNDS} a result was stored after the fence"
        );
    }
}

static CLEARED: Meeting = Meeting::new();

#[memoize(capacity = 4)]
fn cleared(_key: u32) -> u32 {
    CLEARED.body()
}

#[test]
fn clear_against_a_call_that_ends() {
    CLEARED.run(
        cleared,
        |_| cleared_cache_clear(),
        |key| cleared_cache_get(key).is_none(),
    );
}

static REMOVED: Meeting = Meeting::new();

#[memoize(capacity = 4)]
fn removed(_key: u32) -> u32 {
    REMOVED.body()
}

#[test]
fn remove_against_a_call_that_ends() {
    REMOVED.run(
        removed,
        |key| {
            removed_cache_remove(key);
        },
        |key| removed_cache_get(key).is_none(),
    );
}

static INSERTED: Meeting = Meeting::new();

#[memoize(capacity = 4)]
fn inserted(_key: u32) -> u32 {
    INSERTED.body()
}

#[test]
fn insert_against_a_call_that_ends() {
    INSERTED.run(
        inserted,
        |key| {
            inserted_cache_insert(key, key);
        },
        |key| inserted_cache_get(key) == Some(key),
    );
}

static REFUSED: Meeting = Meeting::new();

#[memoize(capacity = 4, cache_if = |value: &u32| *value < 10)]
fn refused(_key: u32) -> u32 {
    REFUSED.body()
}

#[test]
fn a_refused_insert_against_a_call_that_ends() {
    REFUSED.run(
        refused,
        |key| {
            refused_cache_insert(key, 10);
        },
        |key| refused_cache_get(key).is_none(),
    );
}

static REFRESHED: Meeting = Meeting::new();

#[memoize(capacity = 4)]
fn refreshed(_key: u32) -> u32 {
    REFRESHED.body()
}

#[test]
fn refresh_against_a_call_that_ends() {
    REFRESHED.run(
        refreshed,
        |key| {
            refreshed_cache_refresh(key);
        },
        |key| refreshed_cache_get(key) == Some(NEW),
    );
}
