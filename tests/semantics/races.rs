//! The fences of `clear`, `remove`, `insert` and `refresh` against a computation that ends at the very
//! moment: two threads meet in the body and go on together, thousands of times.

use memofn::memoize;
use std::hint;
use std::sync::Barrier;
use std::sync::atomic::{
    AtomicBool, AtomicU32,
    Ordering::{AcqRel, Acquire, Release},
};
use std::thread;

const ROUNDS: u32 = 20_000;
const OLD: u32 = 1;
const NEW: u32 = 2;

/// Two threads: the one whose body is held up, and the one that fences.
struct Meeting {
    /// Who has come to the middle of a body; both for each key.
    arrived: AtomicU32,
    ended: Barrier,
    /// Is the next body the one that is to meet?
    awaited: AtomicBool,
}

impl Meeting {
    const fn new() -> Self {
        Self {
            arrived: AtomicU32::new(0),
            ended: Barrier::new(2),
            awaited: AtomicBool::new(false),
        }
    }

    /// Both go on from here within nanoseconds, which a `Barrier` is too slow for; then a little later,
    /// by an amount that differs from key to key.
    fn meet(&self, key: u32, later: u32) {
        self.arrived.fetch_add(1, AcqRel);
        let mut turns = 0u32;
        while self.arrived.load(Acquire) < 2 * (key + 1) {
            turns += 1;
            if turns % 1_000 == 0 {
                thread::yield_now();
            }
            hint::spin_loop();
        }
        for _ in 0..later {
            hint::spin_loop();
        }
    }

    fn body(&self, key: u32) -> u32 {
        if self.awaited.swap(false, AcqRel) {
            self.meet(key, key % 64);
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
                    self.awaited.store(true, Release);
                    answers += u32::from(call(key) == OLD);
                    self.ended.wait();
                    self.ended.wait();
                }
                answers
            });
            for key in 0..ROUNDS {
                self.meet(key, key / 64 % 64);
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
fn cleared(key: u32) -> u32 {
    CLEARED.body(key)
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
fn removed(key: u32) -> u32 {
    REMOVED.body(key)
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
fn inserted(key: u32) -> u32 {
    INSERTED.body(key)
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
fn refused(key: u32) -> u32 {
    REFUSED.body(key)
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
fn refreshed(key: u32) -> u32 {
    REFRESHED.body(key)
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
