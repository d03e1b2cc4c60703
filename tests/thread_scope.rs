//! `scope = "thread"`: each thread has a cache of its own, of types that need not cross threads.

use memofn::{LocalCache, Policy, memoize, testing};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

/// Neither `Send` nor `Sync`, as key and as value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Name(Rc<str>);

fn name(text: &str) -> Name {
    Name(text.into())
}

#[memoize(scope = "thread")]
fn shout(name: Name) -> Rc<str> {
    name.0.to_uppercase().into()
}

#[test]
fn keys_and_values_need_not_cross_threads() {
    let first = shout(name("a"));
    assert_eq!(&*first, "A");
    assert!(Rc::ptr_eq(&first, &shout(name("a"))));
    let info = shout_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (1, 1, 1));
}

#[memoize(scope = "thread", policy = "lru", capacity = 2)]
fn square(n: u64) -> u64 {
    n * n
}

#[test]
fn every_thread_has_its_own() {
    for key in [1, 2, 1, 3, 1, 2] {
        square(key);
    }
    let info = square_cache_info();
    assert_eq!((info.hits, info.misses, info.evictions), (2, 4, 2));
    thread::spawn(|| {
        let info = square_cache_info();
        assert_eq!((info.hits, info.misses, info.len), (0, 0, 0));
        assert_eq!(square_cache_get(1), None);
        assert_eq!(square(1), 1);
        square_cache_clear();
    })
    .join()
    .unwrap();
    assert_eq!(square_cache_info(), info);
    assert_eq!(square_cache_get(2), Some(4));
}

#[memoize(scope = "thread")]
fn every_helper(a: &str, n: u32) -> usize {
    a.len() + n as usize
}

#[test]
fn helpers_speak_of_this_thread() {
    assert_eq!(every_helper_uncached("ab", 1), 3);
    assert_eq!(every_helper_cache_get("ab", 1), None);
    assert_eq!(every_helper_cache_insert("ab", 1, 40), None);
    assert_eq!(every_helper("ab", 1), 40);
    assert_eq!(every_helper_cache_refresh("ab", 1), 3);
    assert_eq!(every_helper("ab", 1), 3);
    assert_eq!(every_helper_cache_remove("ab", 1), Some(3));
    assert_eq!(every_helper_cache_get("ab", 1), None);
    assert_eq!(every_helper_cache_parameters().policy, Policy::Unbounded);
    let cache: LocalCache<(String, u32), usize> = every_helper_cache();
    cache.insert(("x".to_string(), 1), 7);
    assert_eq!(every_helper("x", 1), 7);
    assert_eq!(
        cache.iter().collect::<Vec<_>>(),
        [(("x".to_string(), 1), 7)]
    );
    let info = every_helper_cache_info();
    assert_eq!((info.hits, info.misses), (3, 0));
    every_helper_cache_clear();
    assert!(cache.is_empty());
}

#[memoize(scope = "thread")]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

#[test]
fn a_recursion_is_memoized() {
    assert_eq!((0..16).map(fib).sum::<u64>(), 1596);
    let info = fib_cache_info();
    assert_eq!((info.hits, info.misses), (28, 16));
}

#[memoize(scope = "thread", ttl = "1h", tti = "10m", capacity = 10)]
fn timed(n: u32) -> Rc<u32> {
    Rc::new(n)
}

#[test]
fn results_expire() {
    let first = timed(1);
    testing::advance(Duration::from_secs(599));
    assert!(Rc::ptr_eq(&first, &timed(1)));
    testing::advance(Duration::from_secs(601));
    assert!(!Rc::ptr_eq(&first, &timed(1)));
    assert_eq!(timed_cache_info().expirations, 1);
}

thread_local! {
    static MADE: Cell<u32> = const { Cell::new(0) };
}

fn capacity() -> usize {
    MADE.set(MADE.get() + 1);
    3
}

#[memoize(scope = "thread", capacity = capacity())]
fn run_time_bound(n: u32) -> u32 {
    n
}

#[test]
fn options_are_evaluated_once_in_each_thread() {
    for _ in 0..2 {
        thread::spawn(|| {
            for n in 0..10 {
                run_time_bound(n);
            }
            assert_eq!(run_time_bound_cache_info().len, 3);
            assert_eq!(MADE.get(), 1);
        })
        .join()
        .unwrap();
    }
}

#[memoize(scope = "thread", capacity = asks_itself(0) as usize)]
fn asks_itself(n: u32) -> u32 {
    n + 2
}

#[test]
fn an_option_that_calls_the_function_computes() {
    assert_eq!(asks_itself(1), 3);
    assert_eq!(asks_itself_cache_parameters().capacity, Some(2));
}

/// Says where it is dropped.
struct Dropped(std::sync::mpsc::Sender<thread::ThreadId>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.send(thread::current().id()).unwrap();
    }
}

#[memoize(scope = "thread", skip(sender))]
fn kept(n: u32, sender: &std::sync::mpsc::Sender<thread::ThreadId>) -> Rc<Dropped> {
    let _ = n;
    Rc::new(Dropped(sender.clone()))
}

#[test]
fn a_thread_drops_its_results_when_it_ends() {
    let (sender, receiver) = channel();
    let id = thread::spawn(move || {
        for n in 0..5 {
            kept(n, &sender);
            kept(n, &sender);
        }
        thread::current().id()
    })
    .join()
    .unwrap();
    let all: Vec<_> = receiver.iter().collect();
    assert_eq!(all, [id; 5]);
}

thread_local! {
    static BODIES: Cell<u32> = const { Cell::new(0) };
    static LATE: RefCell<Option<Late>> = const { RefCell::new(None) };
}

/// Calls a memoized function when its thread has destroyed the function's cache.
struct Late(std::sync::mpsc::Sender<(u32, u32, usize)>);

#[memoize(scope = "thread")]
fn counted(n: u32) -> u32 {
    // `try_with`, since it is a thread-local, too.
    let _ = BODIES.try_with(|bodies| bodies.set(bodies.get() + 1));
    n + 1
}

impl Drop for Late {
    fn drop(&mut self) {
        let sum = counted(1) + counted(1);
        let stored = counted_cache_insert(1, 9).is_some() || counted_cache_get(1).is_some();
        let bodies = BODIES.try_with(Cell::get).unwrap_or(u32::MAX);
        let len = counted_cache_info().len + usize::from(stored);
        self.0.send((sum, bodies, len)).unwrap();
    }
}

#[test]
fn destructors_of_other_thread_locals_compute_without_a_cache() {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // What was used first is destroyed last.
        LATE.set(Some(Late(sender)));
        counted(1);
        counted(1);
    })
    .join()
    .unwrap();
    assert_eq!(receiver.recv(), Ok((4, 3, 0)));
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape {
    side: Rc<u32>,
}

impl Shape {
    #[memoize(scope = "thread")]
    fn area(&self, n: u32) -> Rc<u32> {
        Rc::new(*self.side * *self.side * n)
    }

    #[memoize(scope = "thread", key = (*self.side, n))]
    fn by_key(&self, n: u32) -> Rc<u32> {
        Rc::new(*self.side + n)
    }
}

struct Of<T>(T);

impl<T: Default + 'static> Of<T> {
    #[memoize(scope = "thread")]
    fn zero(n: usize) -> (Rc<T>, usize)
    where
        Self: Sized,
    {
        (Rc::new(Self(T::default()).0), n + size_of::<T>())
    }
}

trait Described {
    fn described(&self, n: u32) -> Rc<str>;
}

impl Described for Shape {
    #[memoize(scope = "thread", helpers = false)]
    fn described(&self, n: u32) -> Rc<str> {
        format!("{} {n}", self.side).into()
    }
}

#[test]
fn methods_and_instances_have_caches_of_their_own() {
    let shape = Shape { side: Rc::new(3) };
    assert!(Rc::ptr_eq(&shape.area(2), &shape.area(2)));
    assert_eq!(shape.area_cache_get(2).as_deref(), Some(&18));
    assert_eq!(Shape::area_cache_info().misses, 1);
    assert!(Rc::ptr_eq(&shape.by_key(2), &shape.by_key(2)));
    assert_eq!(Shape::by_key_cache().len(), 1);
    assert!(Rc::ptr_eq(&shape.described(2), &shape.described(2)));
    assert_eq!(Of::<u8>::zero(1).1, 2);
    assert_eq!(Of::<u64>::zero(1).1, 9);
    assert!(Rc::ptr_eq(&Of::<u8>::zero(1).0, &Of::<u8>::zero(1).0));
    assert_eq!(Of::<u8>::zero_cache_info().misses, 1);
    assert_eq!(Of::<u64>::zero_cache_info().misses, 1);
}

#[memoize(scope = "thread", name = "thread_scope::listed")]
fn listed(n: u32) -> u32 {
    n
}

#[test]
fn a_function_is_listed_once_and_speaks_of_the_thread_that_asks() {
    for _ in 0..2 {
        thread::spawn(|| listed(1)).join().unwrap();
    }
    listed(1);
    listed(2);
    let all = memofn::caches();
    let [cache] = all
        .iter()
        .filter(|cache| cache.name() == "thread_scope::listed")
        .collect::<Vec<_>>()[..]
    else {
        panic!("listed once");
    };
    assert_eq!((cache.info().misses, cache.info().len), (2, 2));
    cache.clear();
    assert_eq!(listed_cache_info().len, 0);
}

#[memoize(scope = "thread", cache_err)]
fn checked(text: &str) -> Result<Rc<u32>, Rc<str>> {
    text.parse().map(Rc::new).map_err(|_| text.into())
}

#[test]
fn errors_are_stored_where_that_is_asked_for() {
    let first = checked("x").unwrap_err();
    assert!(Rc::ptr_eq(&first, &checked("x").unwrap_err()));
    assert_eq!(checked_cache_info().hits, 1);
}

/// Calls the function from `Eq`, `Hash`, `Clone` and `Drop` of its key and value.
#[derive(PartialOrd, Debug)]
struct Busy(u32);

fn again(n: u32) {
    thread_local! {
        static DEPTH: Cell<u32> = const { Cell::new(0) };
    }
    if DEPTH.get() < 2 && n < 20 {
        DEPTH.set(DEPTH.get() + 1);
        busy(Busy(n + 1));
        busy_cache_remove(Busy(n + 2));
        busy_cache_clear();
        DEPTH.set(DEPTH.get() - 1);
    }
}

impl Clone for Busy {
    fn clone(&self) -> Self {
        again(self.0);
        Self(self.0)
    }
}

impl PartialEq for Busy {
    fn eq(&self, other: &Self) -> bool {
        again(self.0);
        self.0 == other.0
    }
}

impl Eq for Busy {}

impl std::hash::Hash for Busy {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        again(self.0);
        (self.0 % 3).hash(state);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        again(self.0);
    }
}

#[memoize(scope = "thread", capacity = 3)]
fn busy(key: Busy) -> Rc<Busy> {
    Rc::new(Busy(key.0 * 2))
}

#[test]
fn user_code_may_come_back_from_anywhere() {
    for round in 0..30 {
        let n = round * 7 % 10;
        assert_eq!(busy(Busy(n)).0, n * 2);
    }
}

/// Compiles only as long as the handle on a thread's cache stays in its thread.
#[test]
fn a_handle_stays_in_its_thread() {
    trait Ambiguous<A> {
        fn some_item() {}
    }
    impl<T: ?Sized> Ambiguous<()> for T {}
    struct Invalid;
    impl<T: ?Sized + Send> Ambiguous<Invalid> for T {}
    <LocalCache<u8, u8> as Ambiguous<_>>::some_item();
}
