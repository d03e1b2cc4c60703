//! Options that are used together.

use crate::{alone, counts};
use futures::executor::block_on;
use memofn::{Cause, LocalCache, memoize, testing};
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;
use std::time::Duration;

thread_local! {
    static LEFT: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static FAILS: Cell<bool> = const { Cell::new(false) };
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

fn left<K: Debug, V: Debug>(key: &K, value: &V, cause: Cause) {
    LEFT.with_borrow_mut(|left| left.push(format!("{key:?} {value:?} {cause:?}")));
}

fn all_left() -> Vec<String> {
    LEFT.take()
}

struct Client<T>(T);

impl<T: Clone + Debug + Hash + Eq + Send + Sync + 'static> Client<T> {
    /// async, generic, a method, and half of all options.
    #[memoize(
        policy = "lfu", capacity = 2, ttl = "1h", stale_if_error = "1h", err_ttl = "1m",
        cache_if = |page: &Result<String, String>| page.as_deref() != Ok("secret"),
        on_evict = left, skip(self), hasher = std::hash::RandomState, name = "pages"
    )]
    async fn page<U>(&self, of: &[U], n: f64) -> Result<String, String>
    where
        U: Clone + Debug + Hash + Eq + Send + Sync + 'static,
    {
        RUNS.set(RUNS.get() + 1);
        if FAILS.get() {
            return Err(format!("no {n}"));
        }
        Ok(format!("{:?}{of:?}{n}", self.0))
    }
}

#[test]
fn async_generic_method_with_half_of_all_options() {
    let _alone = alone();
    testing::isolated(|| {
        let client = Client(7_u8);
        let page = |n: f64| block_on(client.page(&["a"], n));
        assert_eq!(page(1.0).as_deref(), Ok("7[\"a\"]1"));
        assert_eq!(page(1.0).as_deref(), Ok("7[\"a\"]1"));
        page(2.0).unwrap();
        page(3.0).unwrap();
        assert_eq!(all_left(), [r#"(["a"], 2.0) Ok("7[\"a\"]2") Evicted"#]);
        assert_eq!(Client::<u8>::page_cache_info::<&str>().len, 2);

        // Past the ttl, an error is answered with the last value.
        testing::advance(Duration::from_secs(3660));
        FAILS.set(true);
        RUNS.set(0);
        assert_eq!(page(1.0).as_deref(), Ok("7[\"a\"]1"));
        assert_eq!(page(1.0).as_deref(), Ok("7[\"a\"]1"));
        assert_eq!(RUNS.take(), 2);
        assert_eq!(Client::<u8>::page_cache_get(&["a"], 1.0), None);
        // An error nothing stands in for is stored for its own time.
        assert_eq!(page(9.0), Err("no 9".into()));
        assert_eq!(page(9.0), Err("no 9".into()));
        assert_eq!(RUNS.take(), 1);
        testing::advance(Duration::from_secs(61));
        assert_eq!(page(9.0), Err("no 9".into()));
        assert_eq!(RUNS.take(), 1);
        FAILS.set(false);
        assert_eq!(page(1.0).as_deref(), Ok("7[\"a\"]1"));
        assert_eq!(page(1.0).as_deref(), Ok("7[\"a\"]1"));
        assert_eq!(RUNS.take(), 1);
        all_left();

        // Another instance.
        assert_eq!(
            block_on(Client("x").page(&["a"], 1.0)).as_deref(),
            Ok("\"x\"[\"a\"]1")
        );
        let removed = Client::<&str>::page_cache_remove(&["a"], 1.0);
        assert_eq!(removed, Some(Ok("\"x\"[\"a\"]1".into())));
        assert_eq!(all_left(), [r#"(["a"], 1.0) Ok("\"x\"[\"a\"]1") Removed"#]);
        let refused = Client::<u8>::page_cache_insert(&["a"], 1.0, Ok("secret".into()));
        assert_eq!(refused, Some(Ok("7[\"a\"]1".into())));
        assert_eq!(Client::<u8>::page_cache_get(&["a"], 1.0), None);
        assert_eq!(
            memofn::caches()
                .iter()
                .filter(|cache| cache.name() == "pages")
                .count(),
            2
        );
    });
}

/// Everything that a cache of one thread can do.
#[memoize(
    scope = "thread", policy = "size", capacity = 3, max_weight = 10,
    weight = |_: &(Rc<str>, f64), value: &Result<Rc<str>, Rc<str>>| value.as_ref().map_or(1, |text| text.len() as u64),
    ttl = "1h", tti = "30m", jitter = "10%", cache_err, on_evict = left, skip(unit),
    expires = |value: &Result<Rc<str>, Rc<str>>| value.is_err().then_some(Duration::from_secs(10))
)]
fn local(text: Rc<str>, n: f64, unit: &mut_free::Unit) -> Result<Rc<str>, Rc<str>> {
    RUNS.set(RUNS.get() + 1);
    if n < 0.0 {
        Err("negative".into())
    } else {
        Ok(format!("{text}{}", unit.0).into())
    }
}

mod mut_free {
    pub(super) struct Unit(pub(super) &'static str);
}

#[test]
fn thread_scope_with_everything() {
    let _alone = alone();
    let unit = mut_free::Unit("m");
    let call = |text: &str, n| local(text.into(), n, &unit);
    RUNS.set(0);
    all_left();
    let cache: LocalCache<(Rc<str>, f64), Result<Rc<str>, Rc<str>>> = local_cache();
    assert_eq!(
        (call("a", 0.0), call("a", 0.0), call("a", -0.0)),
        (Ok("am".into()), Ok("am".into()), Ok("am".into()))
    );
    assert_eq!((RUNS.take(), cache.info().weight), (2, 4));
    // The largest leaves.
    call("aaaa", 1.0).unwrap();
    assert_eq!((RUNS.take(), cache.info().weight, cache.len()), (1, 9, 3));
    call("aa", 2.0).unwrap();
    assert_eq!(all_left(), [r#"("aaaa", 1.0) Ok("aaaam") Evicted"#]);
    assert_eq!((cache.info().weight, cache.len()), (7, 3));
    // What can never fit is given and not stored.
    assert_eq!(call("0123456789", 0.0), Ok("0123456789m".into()));
    assert_eq!((all_left().len(), cache.len()), (0, 3));
    // Errors live as long as they say.
    assert_eq!(call("e", -1.0), Err("negative".into()));
    RUNS.set(0);
    assert_eq!(call("e", -1.0), Err("negative".into()));
    assert_eq!(RUNS.take(), 0);
    let info = local_cache_info();
    assert!(info.len <= 3 && info.weight <= 10);
    assert_eq!(
        local_cache_insert("e".into(), -1.0, Ok("1".into())),
        Some(Err("negative".into()))
    );
    assert_eq!(local_cache_remove("e".into(), -1.0), Some(Ok("1".into())));
    local_cache_clear();
    assert_eq!(counts(local_cache_info()), (0, 0, 0, 0, 0));
    std::thread::spawn(|| assert_eq!(counts(local_cache_info()), (0, 0, 0, 0, 0)))
        .join()
        .unwrap();
}

/// Refreshed in the background, generic.
#[memoize(refresh_after = "10s", ttl = "1h", capacity = 10, on_evict = left)]
async fn fresh<T: Clone + Debug + Hash + Eq + Send + Sync + 'static>(
    of: T,
    n: Option<&str>,
) -> String {
    RUNS.set(RUNS.get() + 1);
    format!("{of:?}{n:?}{}", RUNS.get())
}

#[test]
fn a_refresh_of_a_generic_async_function_is_polled_by_later_calls() {
    let _alone = alone();
    testing::isolated(|| {
        RUNS.set(0);
        all_left();
        let call = || block_on(fresh(1_u8, Some("a")));
        assert_eq!(call(), "1Some(\"a\")1");
        testing::advance(Duration::from_secs(11));
        // The old one at once.
        assert_eq!(call(), "1Some(\"a\")1");
        let later: Vec<_> = (0..3).map(|_| call()).collect();
        assert_eq!(later.last().unwrap(), "1Some(\"a\")2");
        assert_eq!(RUNS.get(), 2);
        assert_eq!(all_left(), [r#"(1, Some("a")) "1Some(\"a\")1" Replaced"#]);
        let info = fresh_cache_info::<u8>();
        assert_eq!((info.hits, info.misses, info.len), (4, 1, 1));
        assert_eq!(
            fresh_cache_parameters::<u8>().refresh_after,
            Some(Duration::from_secs(10))
        );
    });
}

#[memoize(none_ttl = "10s", ttl = "1h", scope = "thread")]
fn found<T: Clone + Hash + Eq + 'static>(key: Rc<T>) -> Option<Rc<T>> {
    RUNS.set(RUNS.get() + 1);
    (!FAILS.get()).then_some(key)
}

#[test]
fn none_has_its_own_time_in_a_generic_function_of_a_thread() {
    let _alone = alone();
    testing::isolated(|| {
        RUNS.set(0);
        FAILS.set(true);
        assert_eq!((found(Rc::new(1)), found(Rc::new(1))), (None, None));
        assert_eq!(RUNS.get(), 1);
        FAILS.set(false);
        testing::advance(Duration::from_secs(11));
        assert_eq!(found(Rc::new(1)), Some(Rc::new(1)));
        testing::advance(Duration::from_secs(3000));
        assert_eq!(found(Rc::new(1)), Some(Rc::new(1)));
        assert_eq!(RUNS.get(), 2);
        assert_eq!(found_cache_get(Rc::new("no")), None);
    });
}

/// User code of an async call, after its body, may call the function with the same argument.
#[memoize(max_wait = "1h", cache_if = |_: &u32| { if RUNS.replace(1) == 0 { block_on(asks(1)); } true })]
async fn asks(n: u32) -> u32 {
    n
}

#[test]
fn a_predicate_may_await_the_call_that_asks_it() {
    RUNS.set(0);
    assert_eq!(block_on(futures::future::ready(1)), 1);
    let mut call = Box::pin(asks(1));
    let waker = futures::task::noop_waker();
    let polled = call
        .as_mut()
        .poll(&mut std::task::Context::from_waker(&waker));
    assert_eq!(polled, std::task::Poll::Ready(1));
}
