//! Lifetimes and refreshes of generic functions; calls where there is no cache any more.

use crate::{Gate, alone, counts};
use futures::executor::block_on;
use memofn::{Cause, memoize, testing};
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::hash::Hash;
use std::process::Command;
use std::rc::Rc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

static REFRESHED: AtomicU32 = AtomicU32::new(0);
static FAILS: AtomicBool = AtomicBool::new(false);
static LEFT: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn left<K: Debug, V: Debug>(key: &K, value: &V, cause: Cause) {
    LEFT.lock()
        .unwrap()
        .push(format!("{key:?} {value:?} {cause:?}"));
}

/// Of each form that the contract lists, arguments come back from the key.
#[memoize(refresh_after = "10s", ttl = "1h", stale_if_error = "1h", on_evict = left, capacity = 10)]
fn refreshed<T: Clone + Debug + Hash + Eq + Send + Sync + 'static, const N: usize>(
    of: &T,
    texts: [&str; N],
    floats: Option<(f64, &[f32])>,
) -> Result<String, String> {
    if FAILS.load(SeqCst) {
        REFRESHED.fetch_add(1, SeqCst);
        return Err("down".into());
    }
    let run = REFRESHED.fetch_add(1, SeqCst) + 1;
    Ok(format!("{of:?}{texts:?}{floats:?}{run}"))
}

fn runs_reach(n: u32) {
    while REFRESHED.load(SeqCst) < n {
        thread::yield_now();
    }
}

#[test]
fn a_generic_function_is_refreshed_in_the_background_and_falls_back() {
    let _alone = alone();
    testing::isolated(|| {
        let call = || refreshed(&'x', ["a", "b"], Some((-0.0, &[f32::NAN])));
        let text = |run| Ok(format!("'x'[\"a\", \"b\"]Some((-0.0, [NaN])){run}"));
        assert_eq!((call(), call()), (text(1), text(1)));
        testing::advance(secs(11));
        // Whoever comes now gets the old one at once.
        assert_eq!(call(), text(1));
        while call() != text(2) {
            thread::yield_now();
        }
        assert_eq!(REFRESHED.load(SeqCst), 2);
        let left = || std::mem::take(&mut *LEFT.lock().unwrap());
        while left().len() != 1 {
            thread::yield_now();
        }
        // One that fails keeps the old value, and is no call.
        FAILS.store(true, SeqCst);
        testing::advance(secs(11));
        assert_eq!(call(), text(2));
        runs_reach(3);
        let info = refreshed_cache_info::<char, 2>();
        assert_eq!((info.misses, info.errors), (1, 0));
        assert_eq!(call(), text(2));
        // Past the ttl it stands in for the error; each such call is a miss.
        testing::advance(secs(3600));
        let before = refreshed_cache_info::<char, 2>();
        assert_eq!(call(), text(2));
        assert_eq!(call(), text(2));
        let after = refreshed_cache_info::<char, 2>();
        assert_eq!((after.hits, after.misses), (before.hits, before.misses + 2));
        assert_eq!(after.errors, 2);
        assert_eq!(
            refreshed_cache_get(&'x', ["a", "b"], Some((-0.0, &[f32::NAN]))),
            None
        );
        testing::advance(secs(3601));
        assert_eq!(call(), Err("down".into()));
    });
}

#[memoize(expires = |n: &u32| (*n > 0).then(|| secs(u64::from(*n) - 1)), ttl = "1h", scope = "thread")]
fn own<T: Hash + Eq + Clone + 'static>(n: u32, of: Rc<T>) -> u32 {
    let _ = of;
    RUNS.set(RUNS.get() + 1);
    n
}

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

#[test]
fn a_value_with_a_lifetime_of_its_own_in_a_generic_function_of_a_thread() {
    let _alone = alone();
    testing::isolated(|| {
        let call = |n| {
            RUNS.set(0);
            assert_eq!(own(n, Rc::new('x')), n);
            RUNS.get()
        };
        // Zero: not stored. None: the ttl.
        assert_eq!((call(1), call(1), call(0), call(0)), (1, 1, 1, 0));
        assert_eq!((call(11), call(11)), (1, 0));
        testing::advance(secs(10));
        assert_eq!((call(11), call(0)), (1, 0));
        testing::advance(secs(3600));
        assert_eq!(call(0), 1);
        // By hand: what lives for no time takes the old entry away.
        assert_eq!(own_cache_insert(0, Rc::new('x'), 1), Some(0));
        assert_eq!(own_cache_get(0, Rc::new('x')), None);
        // The old value is none if it has expired.
        own_cache_insert(5, Rc::new('x'), 2);
        testing::advance(secs(2));
        assert_eq!(own_cache_insert(5, Rc::new('x'), 0), None);
        testing::advance(secs(3601));
        assert_eq!(own_cache_remove(5, Rc::new('x')), None);
        assert_eq!(own_cache_info::<char>().len, 0);
        assert!(own_cache_info::<char>().expirations >= 3);
    });
}

#[memoize(tti = "10s", ttl = "1m", jitter = "50%")]
async fn idle<T: Hash + Eq + Clone + Send + Sync + 'static>(n: T) -> u32 {
    let _ = n;
    RUNS.set(RUNS.get() + 1);
    0
}

#[test]
fn a_look_that_leaves_no_trace_is_no_use_and_jitter_lengthens_nothing() {
    let _alone = alone();
    testing::isolated(|| {
        RUNS.set(0);
        block_on(idle(1));
        testing::advance(secs(6));
        block_on(idle(1));
        testing::advance(secs(6));
        assert_eq!(idle_cache_get(1), Some(0));
        assert_eq!(idle_cache::<i32>().iter().count(), 1);
        testing::advance(secs(6));
        assert_eq!(idle_cache_get(1), None);
        block_on(idle(1));
        assert_eq!(RUNS.get(), 2);
        for n in 0..100_u8 {
            block_on(idle(n));
        }
        for _ in 0..7 {
            testing::advance(secs(9));
            for n in 0..100_u8 {
                if idle_cache_get(n).is_some() {
                    block_on(idle(n));
                }
            }
        }
        assert_eq!(idle_cache_info::<u8>().len, 0);
    });
}

static HELD: Gate = Gate::new();

#[memoize(max_wait = Duration::ZERO)]
fn impatient(n: u32) -> u32 {
    if n == 1 && !HELD.0.lock().unwrap().1 {
        HELD.pass();
    }
    n
}

#[test]
fn a_wait_of_zero_is_none() {
    thread::scope(|scope| {
        let leader = scope.spawn(|| impatient(1));
        HELD.reached(1);
        let other = scope.spawn(|| impatient(1));
        HELD.reached(2);
        HELD.open();
        assert_eq!(leader.join().unwrap() + other.join().unwrap(), 2);
    });
    assert_eq!(counts(impatient_cache_info()), (0, 2, 0, 0, 1));
}

trait Speak {
    fn speak(&self, n: u32) -> String;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Dog<T>(T);

impl<T: Debug + Clone + Hash + Eq + 'static> Speak for Dog<T> {
    #[memoize(helpers = false, scope = "thread", capacity = 2)]
    fn speak(&self, n: u32) -> String {
        RUNS.set(RUNS.get() + 1);
        format!("{:?}{n}", self.0)
    }
}

/// A destructor of a thread-local that calls memoized functions of all kinds.
struct Last(RefCell<Vec<Rc<dyn Speak>>>);

impl Drop for Last {
    fn drop(&mut self) {
        for speaks in self.0.borrow().iter() {
            for _ in 0..2 {
                assert_eq!(speaks.speak(1).chars().last(), Some('1'));
            }
        }
        assert_eq!((own(7, Rc::new('y')), block_on(idle("last"))), (7, 0));
        assert_eq!(own_cache_get(7, Rc::new('y')).unwrap_or(7), 7);
        let _ = (
            own_cache_insert(7, Rc::new('y'), 8),
            own_cache_remove(7, Rc::new('y')),
        );
        assert_eq!(own_cache_refresh(7, Rc::new('y')), 7);
        assert_eq!(own_cache_uncached_len(), 0);
        own_cache_clear::<char>();
        memofn::caches()
            .iter()
            .for_each(|cache| drop(cache.info().to_string()));
        DESTROYED.store(true, SeqCst);
    }
}

fn own_cache_uncached_len() -> usize {
    own_cache_info::<char>().len.saturating_sub(1)
}

static DESTROYED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static LAST: Last = const { Last(RefCell::new(Vec::new())) };
}

#[test]
fn destructors_of_thread_locals_may_call_what_they_like() {
    let _alone = alone();
    let dogs =
        || -> [Rc<dyn Speak>; 3] { [Rc::new(Dog(1_u8)), Rc::new(Dog("x")), Rc::new(Dog(1_u16))] };
    thread::spawn(move || {
        LAST.with(|last| last.0.borrow_mut().extend(dogs()));
        RUNS.set(0);
        for speaks in dogs() {
            assert_eq!(speaks.speak(1), speaks.speak(1));
        }
        assert_eq!(RUNS.get(), 3);
        own(7, Rc::new('y'));
    })
    .join()
    .unwrap();
    assert!(DESTROYED.load(SeqCst));
}

/// Of each kind a function: how often bodies run for two calls.
#[test]
fn bodies_that_run() {
    let _alone = alone();
    RUNS.set(0);
    for _ in 0..2 {
        own(3, Rc::new(3));
        block_on(idle(3));
        Dog('d').speak(3);
    }
    let counted = own_cache_info::<i32>().misses + idle_cache_info::<i64>().misses;
    println!("bodies: {} {counted}", RUNS.get());
    if std::env::var_os("MEMOFN_DISABLE").is_none() {
        assert_eq!(RUNS.get(), 3);
    }
}

#[test]
fn the_off_switch_is_for_functions_of_all_kinds() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "lives::bodies_that_run", "--nocapture"])
        .env("MEMOFN_DISABLE", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("bodies: 6 0"), "{text}");
}
