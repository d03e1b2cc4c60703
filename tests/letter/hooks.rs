//! User code in generic and async functions: what it sees, how often it runs, and that it may panic.

use crate::{alone, counts};
use futures::FutureExt as _;
use futures::executor::block_on;
use memofn::{Cause, memoize, testing};
use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

thread_local! {
    static CLONED: Cell<u32> = const { Cell::new(0) };
    static HASHED: Cell<u32> = const { Cell::new(0) };
    static COMPARED: RefCell<Vec<(u32, u32)>> = const { RefCell::new(Vec::new()) };
    static PANICS: Cell<&'static str> = const { Cell::new("") };
}

fn may_panic(here: &str) {
    assert!(PANICS.get() != here, "on purpose: {here}");
}

/// Equal by `key`, told apart by `mark`.
#[derive(Debug)]
struct Key {
    key: u32,
    mark: u32,
}

impl Key {
    fn new(key: u32, mark: u32) -> Self {
        Self { key, mark }
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        may_panic("clone");
        CLONED.set(CLONED.get() + 1);
        Self::new(self.key, self.mark)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        may_panic("hash");
        HASHED.set(HASHED.get() + 1);
        self.key.hash(state);
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        may_panic("eq");
        COMPARED.with_borrow_mut(|all| all.push((self.mark, other.mark)));
        self.key == other.key
    }
}

impl Eq for Key {}

/// All keys collide.
#[derive(Default)]
struct Constant;

impl BuildHasher for Constant {
    type Hasher = ConstantHasher;
    fn build_hasher(&self) -> ConstantHasher {
        may_panic("hasher");
        ConstantHasher
    }
}

struct ConstantHasher;

impl Hasher for ConstantHasher {
    fn write(&mut self, _: &[u8]) {}
    fn finish(&self) -> u64 {
        7
    }
}

fn take() -> (u32, u32) {
    (CLONED.take(), HASHED.take())
}

#[memoize]
async fn by_value<T: Clone + Hash + Eq + Send + Sync + 'static>(key: T, n: u32) -> u32 {
    drop(key);
    let mut polled = false;
    std::future::poll_fn(|_| match std::mem::replace(&mut polled, true) {
        true => std::task::Poll::Ready(()),
        false => std::task::Poll::Pending,
    })
    .await;
    n
}

#[memoize]
fn by_reference<T: Clone + Hash + Eq + Send + Sync + 'static>(key: &T, n: u32) -> u32 {
    let _ = key;
    n
}

#[memoize(scope = "thread", capacity = 10)]
fn of_thread(key: Key) -> u32 {
    key.key
}

fn woken<F: Future>(future: F) -> F::Output {
    let mut future = Box::pin(future);
    loop {
        if let Some(value) = future.as_mut().now_or_never() {
            return value;
        }
    }
}

#[test]
fn keys_are_cloned_once_on_a_miss_and_hashed_once() {
    take();
    assert_eq!(woken(by_value(Key::new(1, 0), 3)), 3);
    assert_eq!(take(), (1, 1));
    assert_eq!(woken(by_value(Key::new(1, 0), 3)), 3);
    assert_eq!(take(), (0, 1));
    assert_eq!(by_value_cache_get(Key::new(1, 0), 3), Some(3));
    assert_eq!(take(), (0, 1));
    assert_eq!(woken(by_value_cache_refresh(Key::new(1, 0), 3)), 3);
    assert_eq!(take(), (1, 1));
    assert_eq!(by_reference(&Key::new(1, 0), 3), 3);
    assert_eq!(take(), (1, 1));
    assert_eq!(by_reference(&Key::new(1, 0), 3), 3);
    assert_eq!(take(), (0, 1));
    assert_eq!(of_thread(Key::new(2, 0)), 2);
    assert_eq!(take(), (1, 1));
    assert_eq!(of_thread(Key::new(2, 0)), 2);
    assert_eq!(take(), (0, 1));
    assert_eq!(woken(by_value_uncached(Key::new(1, 0), 3)), 3);
    assert_eq!(take(), (0, 0));
}

#[memoize(hasher = Constant, capacity = 3)]
async fn colliding<T: Clone + Hash + Eq + Send + Sync + 'static>(key: T, n: &str) -> usize {
    drop(key);
    n.len()
}

#[test]
fn the_argument_is_compared_with_what_is_stored_and_the_whole_key_is() {
    COMPARED.take();
    for (key, mark) in [(1, 10), (2, 20), (3, 30)] {
        block_on(colliding(Key::new(key, mark), "ab"));
    }
    COMPARED.take();
    assert_eq!(block_on(colliding(Key::new(1, 99), "ab")), 2);
    assert_eq!(block_on(colliding(Key::new(3, 99), "ab")), 2);
    assert_eq!(block_on(colliding(Key::new(3, 99), "abc")), 3);
    colliding_cache_get(Key::new(3, 99), "abc");
    colliding_cache_insert(Key::new(3, 99), "abc", 5);
    colliding_cache_remove(Key::new(1, 99), "ab");
    let compared = COMPARED.take();
    assert!(!compared.is_empty());
    for (argument, stored) in compared {
        assert!(argument == 99, "{argument} == {stored}");
    }
    assert_eq!(counts(colliding_cache_info::<Key>()), (2, 4, 0, 0, 2));
    assert_eq!(colliding_cache_get(Key::new(3, 0), "abc"), Some(5));
    assert_eq!(colliding_cache_get(Key::new(1, 0), "ab"), None);
}

#[derive(Debug, PartialEq)]
struct Value(u32);

impl Clone for Value {
    fn clone(&self) -> Self {
        may_panic("value");
        Self(self.0)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            may_panic("drop");
        }
    }
}

fn told<K, V>(_: &K, _: &V, _: Cause) {
    may_panic("on_evict");
}

#[memoize(
    capacity = 2, max_weight = 100, ttl = "1h", hasher = Constant, on_evict = told,
    weight = |_: &(Key, T), _: &Value| { may_panic("weight"); 1 },
    cache_if = |_: &Value| { may_panic("cache_if"); true },
    expires = |_: &Value| { may_panic("expires"); Some(Duration::from_secs(60)) },
)]
async fn fragile<T: Clone + Hash + Eq + Send + Sync + 'static>(key: Key, other: T) -> Value {
    let _ = other;
    may_panic("body");
    Value(key.key)
}

/// Wherever a call panics: it is counted once, the cache is whole, and the next call is as ever.
#[test]
fn one_panic_anywhere_in_a_generic_async_function_leaves_it_whole() {
    let _alone = alone();
    let all = [
        "clone", "hash", "eq", "hasher", "value", "drop", "weight", "cache_if", "expires",
        "on_evict", "body",
    ];
    for here in all {
        testing::isolated(|| {
            for key in [1, 2] {
                block_on(fragile(Key::new(key, 0), 'x'));
            }
            PANICS.set(here);
            let mut calls = 2;
            for key in [1, 3, 4, 3] {
                let call = AssertUnwindSafe(fragile(Key::new(key, 0), 'x'));
                let _ = block_on(call.catch_unwind()).map(std::mem::forget);
                calls += 1;
            }
            let refresh = AssertUnwindSafe(fragile_cache_refresh(Key::new(2, 0), 'x'));
            let _ = block_on(refresh.catch_unwind()).map(std::mem::forget);
            let _ = catch_unwind(|| {
                fragile_cache_insert(Key::new(5, 0), 'x', Value(9)).map(std::mem::forget)
            });
            let _ = catch_unwind(|| fragile_cache_get(Key::new(5, 0), 'x').map(std::mem::forget));
            let _ =
                catch_unwind(|| fragile_cache_remove(Key::new(5, 0), 'x').map(std::mem::forget));
            PANICS.set("");
            let info = fragile_cache_info::<char>();
            assert_eq!(info.hits + info.misses, calls, "{here}: {info}");
            assert!(
                info.len <= 2 && info.weight == info.len as u64,
                "{here}: {info}"
            );
            assert_eq!(fragile_cache::<char>().iter().count(), info.len, "{here}");
            for key in 1..6 {
                assert_eq!(
                    block_on(fragile(Key::new(key, 0), 'x')),
                    Value(key),
                    "{here}"
                );
                assert_eq!(
                    block_on(fragile(Key::new(key, 0), 'x')),
                    Value(key),
                    "{here}"
                );
            }
            let after = fragile_cache_info::<char>();
            assert_eq!(
                (after.hits + after.misses, after.len),
                (calls + 10, 2),
                "{here}"
            );
            fragile_cache_clear::<char>();
            assert_eq!(counts(fragile_cache_info::<char>()), (0, 0, 0, 0, 0));
        });
    }
}

thread_local! {
    static BACK: Cell<bool> = const { Cell::new(false) };
}

/// Comes back to the function, and clears, from wherever it is called.
fn comes_back() {
    if BACK.replace(false) {
        assert_eq!(again(Again(1)), 1);
        again_cache_insert(Again(2), 2);
        again_cache_remove(Again(3));
        again_cache_refresh(Again(4));
        assert!(again_cache_info().len <= 2);
        again_cache().iter().count();
        again_cache_clear();
    }
}

#[derive(Debug, Clone, Copy)]
struct Again(u32);

impl Hash for Again {
    fn hash<H: Hasher>(&self, state: &mut H) {
        comes_back();
        self.0.hash(state);
    }
}
impl PartialEq for Again {
    fn eq(&self, other: &Self) -> bool {
        comes_back();
        self.0 == other.0
    }
}
impl Eq for Again {}

fn comes_back_told<K, V>(_: &K, _: &V, _: Cause) {
    comes_back();
}

#[memoize(
    scope = "thread", policy = "size", max_weight = 10, capacity = 2, ttl = "1h",
    weight = |_: &Again, _: &u32| { comes_back(); 1 },
    cache_if = |_: &u32| { comes_back(); true },
    expires = |_: &u32| { comes_back(); None },
    on_evict = comes_back_told,
)]
fn again(n: Again) -> u32 {
    comes_back();
    n.0
}

#[test]
fn user_code_of_a_cache_of_a_thread_may_come_back() {
    let _alone = alone();
    for n in 0..50 {
        BACK.set(true);
        assert_eq!(again(Again(n % 7)), n % 7);
        BACK.set(true);
        again_cache_insert(Again(n % 3), n % 3);
        BACK.set(true);
        let _ = again_cache_remove(Again(n % 5));
        BACK.set(true);
        assert_eq!(again_cache_refresh(Again(n % 4)), n % 4);
        BACK.set(false);
        assert!(again_cache_info().len <= 2 && again_cache_info().weight <= 10);
    }
}
