//! The same for memoized functions and their helpers: keys by reference, by value, and by a borrowed
//! form of their own.

use crate::hooks::{Armed, Colliding, Event, Key, Value, fire, inside, watched};
use memofn::{CacheInfo, memoize};
use std::borrow::Borrow;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Each function's cache is one for the process: one test at a time uses them.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn weigh<K>(_: &K, _: &Value) -> u64 {
    fire(Event::Weight);
    10
}

fn keep(_: &Value) -> bool {
    fire(Event::CacheIf);
    true
}

#[memoize(capacity = 8, max_weight = 100, weight = weigh, cache_if = keep, hasher = Colliding)]
fn by_reference(key: &Key) -> Value {
    fire(Event::Body);
    Value::of(key.0)
}

#[memoize(capacity = 8, max_weight = 100, weight = weigh, cache_if = keep, hasher = Colliding)]
fn by_value(key: Key) -> Value {
    fire(Event::Body);
    Value::of(key.0)
}

/// Not `Clone`: only `ToOwned` makes it a key.
#[derive(PartialEq, Eq, Hash)]
struct View(Key);

impl ToOwned for View {
    type Owned = Held;

    fn to_owned(&self) -> Held {
        fire(Event::KeyClone);
        Held(Self(Key(self.0.0)))
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Held(View);

impl Clone for Held {
    fn clone(&self) -> Self {
        self.0.to_owned()
    }
}

impl Borrow<View> for Held {
    fn borrow(&self) -> &View {
        &self.0
    }
}

#[memoize(capacity = 8, max_weight = 100, weight = weigh, cache_if = keep, hasher = Colliding)]
fn by_view(view: &View) -> Value {
    fire(Event::Body);
    Value::of(view.0.0)
}

/// A memoized function and its helpers.
struct Memoized {
    call: fn(u32) -> Value,
    get: fn(u32) -> Option<Value>,
    insert: fn(u32) -> Option<Value>,
    remove: fn(u32) -> Option<Value>,
    refresh: fn(u32) -> Value,
    uncached: fn(u32) -> Value,
    clear: fn(),
    info: fn() -> CacheInfo,
    /// Entries, counted one by one.
    count: fn() -> usize,
}

static FUNCTIONS: [Memoized; 3] = [
    Memoized {
        call: |key| by_reference(&Key(key)),
        get: |key| by_reference_cache_get(&Key(key)),
        insert: |key| by_reference_cache_insert(&Key(key), Value::of(key)),
        remove: |key| by_reference_cache_remove(&Key(key)),
        refresh: |key| by_reference_cache_refresh(&Key(key)),
        uncached: |key| by_reference_uncached(&Key(key)),
        clear: by_reference_cache_clear,
        info: by_reference_cache_info,
        count: || by_reference_cache().iter().count(),
    },
    Memoized {
        call: |key| by_value(Key(key)),
        get: |key| by_value_cache_get(Key(key)),
        insert: |key| by_value_cache_insert(Key(key), Value::of(key)),
        remove: |key| by_value_cache_remove(Key(key)),
        refresh: |key| by_value_cache_refresh(Key(key)),
        uncached: |key| by_value_uncached(Key(key)),
        clear: by_value_cache_clear,
        info: by_value_cache_info,
        count: || by_value_cache().iter().count(),
    },
    Memoized {
        call: |key| by_view(&View(Key(key))),
        get: |key| by_view_cache_get(&View(Key(key))),
        insert: |key| by_view_cache_insert(&View(Key(key)), Value::of(key)),
        remove: |key| by_view_cache_remove(&View(Key(key))),
        refresh: |key| by_view_cache_refresh(&View(Key(key))),
        uncached: |key| by_view_uncached(&View(Key(key))),
        clear: by_view_cache_clear,
        info: by_view_cache_info,
        count: || by_view_cache().iter().count(),
    },
];

/// Calls that the statistics must count, of the function under test.
static CALLS: AtomicU64 = AtomicU64::new(0);

type Action = fn(&Memoized, u32);

fn call(function: &Memoized, key: u32) {
    CALLS.fetch_add(1, Relaxed);
    assert_eq!(inside(|| (function.call)(key)), Value::of(key));
}

fn maybe(found: Option<Value>, key: u32) {
    assert!(found.is_none_or(|value| value == Value::of(key)));
}

/// All helpers but `clear`, which would hide what the statistics say.
const HELPERS: [Action; 7] = [
    call,
    |function, key| maybe(inside(|| (function.get)(key)), key),
    |function, key| maybe(inside(|| (function.insert)(key)), key),
    |function, key| maybe(inside(|| (function.remove)(key)), key),
    |function, key| assert_eq!(inside(|| (function.refresh)(key)), Value::of(key)),
    |function, key| assert_eq!(inside(|| (function.uncached)(key)), Value::of(key)),
    |function, _| assert!(inside(|| (function.info)()).len <= 8),
];

/// Twelve keys for eight places, and every helper for each.
fn exercise(function: &Memoized, one: impl Fn(&dyn Fn())) {
    assert_eq!(CALLS.load(Relaxed), 0);
    for round in 0..12 {
        for key in 0..12 {
            one(&|| call(function, key));
            one(&|| call(function, key));
            one(&|| HELPERS[(key + round) as usize % HELPERS.len()](function, key));
        }
    }
}

fn check(function: &Memoized, cleared: bool) {
    let info = (function.info)();
    assert!(
        cleared || info.hits + info.misses == CALLS.load(Relaxed),
        "{info}"
    );
    assert_eq!(info.len, (function.count)());
    assert_eq!(info.weight, info.len as u64 * 10);
    assert!(info.len <= 8);
    for key in (100..108).chain(100..108) {
        assert_eq!((function.call)(key), Value::of(key));
    }
    assert_eq!((function.info)().hits, info.hits + 8);
    (function.clear)();
    CALLS.store(0, Relaxed);
    assert_eq!(((function.info)().len, (function.info)().misses), (0, 0));
}

/// Neither a function nor a method calls `Retain`'s closure.
fn events() -> impl Iterator<Item = Event> {
    Event::ALL
        .into_iter()
        .filter(|event| *event != Event::Retain)
}

#[test]
fn user_code_may_call_the_function_and_its_helpers() {
    let _alone = ONE_AT_A_TIME.lock();
    for event in events() {
        for (place, function) in FUNCTIONS.iter().enumerate() {
            let clear: Action = |function, _| inside(|| (function.clear)());
            for (number, action) in HELPERS.into_iter().chain([clear]).enumerate() {
                for deepest in [1, 20] {
                    let what = format!(
                        "helper {number} of function {place}, from {event:?}, {deepest} deep"
                    );
                    watched(&what, move || {
                        let armed = Armed::on(event, deepest, 2_000, move || action(function, 3));
                        exercise(function, |call| call());
                        assert!(armed.fired() > 0, "the event never happened");
                        drop(armed);
                        check(function, number == HELPERS.len());
                    });
                }
            }
        }
    }
}

#[test]
fn one_panic_anywhere_leaves_the_function_usable() {
    let _alone = ONE_AT_A_TIME.lock();
    for event in events() {
        for (place, function) in FUNCTIONS.iter().enumerate() {
            for nth in [1, 2, 3, 7, 20] {
                watched(
                    &format!("function {place}, {event:?} panics at {nth}"),
                    move || {
                        let armed = Armed::panic_at(event, nth);
                        let panics = AtomicU64::new(0);
                        exercise(function, |call| {
                            if panic::catch_unwind(AssertUnwindSafe(call)).is_err() {
                                panics.fetch_add(1, Relaxed);
                            }
                        });
                        drop(armed);
                        let panics = panics.into_inner();
                        assert!(
                            panics == 1 || panics == 0 && event.is_drop(),
                            "{panics} panics reached a caller"
                        );
                        check(function, false);
                    },
                );
            }
        }
    }
}
