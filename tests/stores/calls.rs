//! The attribute's options, and the shapes of functions.

use memofn::store::{Memory, key_prefix};
use memofn::{memoize, testing};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::task::{Context, Waker};
use std::time::Duration;

static MEMORY: LazyLock<Memory> = LazyLock::new(crate::tools::ample);

/// How often a body has run.
struct Runs(AtomicU32);

impl Runs {
    const fn new() -> Self {
        Self(AtomicU32::new(0))
    }
    fn run(&self) -> u32 {
        self.0.fetch_add(1, SeqCst)
    }
    fn all(&self) -> u32 {
        self.0.load(SeqCst)
    }
}

static SQUARES: Runs = Runs::new();

#[memoize(store = MEMORY, ttl = "1h")]
fn square(n: u64) -> u64 {
    SQUARES.run();
    n * n
}

#[test]
fn a_result_is_found_again_in_the_store() {
    assert_eq!((square(3), square(3)), (9, 9));
    assert_eq!(SQUARES.all(), 1);
    let info = square_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.errors, info.len),
        (1, 1, 0, 0)
    );
    let prefix = key_prefix("stores::calls::square").unwrap();
    assert!(prefix.starts_with("memo:stores.calls.square:"), "{prefix}");
    let keys = MEMORY.contents().into_iter().map(|(key, _)| key);
    let keys: Vec<_> = keys.filter(|key| key.starts_with(&prefix)).collect();
    assert_eq!(keys.len(), 2, "the result and the epoch: {keys:?}");
    // The helpers speak of the store.
    assert_eq!((square_cache_get(3), square_cache_get(4)), (Some(9), None));
    assert_eq!(square_cache_insert(4, 17), None);
    assert_eq!(square(4), 17);
    assert_eq!(square_cache_refresh(4), 16);
    assert_eq!((square(4), square_uncached(5)), (16, 25));
    assert_eq!(square_cache_remove(4), Some(16));
    assert_eq!(square_cache_get(4), None);
    square_cache_clear();
    assert_eq!(square_cache_get(3), None);
    assert_eq!(square_cache_info().hits, 0);
    let parameters = square_cache_parameters();
    assert_eq!(parameters.ttl, Some(Duration::from_secs(3600)));
    assert_eq!(parameters.local_ttl, None);
}

static LOCALS: Runs = Runs::new();

#[memoize(store = MEMORY, ttl = "1h", local(capacity = 2, ttl = "1m", policy = "fifo"))]
fn with_local(n: u64) -> String {
    LOCALS.run();
    n.to_string()
}

#[test]
fn the_local_tier_has_bounds_of_its_own() {
    for n in [1, 2, 3, 3, 2, 1] {
        assert_eq!(with_local(n), n.to_string());
    }
    assert_eq!(LOCALS.all(), 3);
    let info = with_local_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (3, 3, 2));
    let parameters = with_local_cache_parameters();
    assert_eq!(
        parameters.to_string(),
        "policy=fifo capacity=2 ttl=3600s local_ttl=60s"
    );
}

static ERRORS: Runs = Runs::new();

/// Neither `Clone` nor `Serialize`, nor `Send`.
#[derive(Debug, PartialEq, Default)]
struct Failure(Rc<u8>);

#[memoize(store = MEMORY)]
fn fallible(n: i32) -> Result<i32, Failure> {
    ERRORS.run();
    if n < 0 {
        Err(Failure::default())
    } else {
        Ok(n)
    }
}

#[test]
fn an_error_is_not_stored_and_its_claim_is_given_back() {
    assert_eq!((fallible(1), fallible(1)), (Ok(1), Ok(1)));
    assert_eq!(
        (fallible(-1), fallible(-1)),
        (Err(Failure::default()), Err(Failure::default()))
    );
    assert_eq!(ERRORS.all(), 3);
    assert_eq!(fallible_cache_info().errors, 2);
    assert_eq!(
        fallible_cache_insert(1, Err(Failure::default())),
        Some(Ok(1))
    );
    assert_eq!(fallible_cache_get(1), None);
}

static KEPT: Runs = Runs::new();

#[memoize(store = MEMORY, cache_err)]
fn kept_error(n: i32) -> Result<i32, String> {
    if n < 0 {
        Err(format!("{}", KEPT.run()))
    } else {
        Ok(n)
    }
}

#[test]
fn an_error_is_stored_where_it_is_asked_for() {
    let first = kept_error(-1);
    assert!(first.is_err());
    assert_eq!(kept_error(-1), first);
    assert_eq!((kept_error(2), kept_error(2)), (Ok(2), Ok(2)));
}

static WANTED: Runs = Runs::new();

#[memoize(store = MEMORY, cache_if = |list: &Vec<u32>| { WANTED.run(); !list.is_empty() })]
fn list(n: u32) -> Vec<u32> {
    (0..n).collect()
}

#[test]
fn what_is_not_wanted_is_not_stored() {
    assert_eq!(list(0), [0_u32; 0]);
    assert_eq!(list_cache_get(0), None);
    assert_eq!(list(2), [0, 1]);
    assert_eq!(list_cache_get(2), Some(vec![0, 1]));
    assert_eq!(WANTED.all(), 2, "asked once for each");
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Report {
    title: String,
    rows: Vec<(f64, Option<u8>)>,
    by_name: HashMap<String, i64>,
}

static REPORTS: Runs = Runs::new();

#[memoize(store = MEMORY, version = 3, skip(folder))]
fn report(
    title: &str,
    days: &[(u16, f64)],
    part: Option<&Path>,
    folder: &Path,
) -> io::Result<Report> {
    REPORTS.run();
    let by_name = (0..9).map(|n| (n.to_string(), n)).collect();
    Ok(Report {
        title: format!("{title} {part:?} {}", folder.display()),
        rows: days.iter().map(|(_, x)| (*x, None)).collect(),
        by_name,
    })
}

#[test]
fn arguments_and_results_of_many_types() {
    let call = |title, folder| {
        let part = PathBuf::from("a/b");
        report(
            title,
            &[(1, 0.5), (2, -0.0)],
            Some(&part),
            Path::new(folder),
        )
        .unwrap()
    };
    let first = call("one", "x");
    assert_eq!(call("one", "y"), first);
    assert_ne!(call("two", "y"), first);
    assert_eq!(REPORTS.all(), 2);
}

#[derive(Clone, Hash, PartialEq, Eq, Serialize)]
struct Shape {
    sides: Vec<u32>,
}

static AREAS: Runs = Runs::new();

impl Shape {
    #[memoize(store = MEMORY, name = "areas")]
    fn area(&self, scale: u32) -> u32 {
        AREAS.run();
        self.sides.iter().sum::<u32>() * scale
    }

    #[memoize(store = MEMORY, name = "sides", key = self.sides.len())]
    fn count(&self) -> usize {
        AREAS.run();
        self.sides.len()
    }
}

#[test]
fn methods_and_keys_of_ones_own() {
    let (a, b) = (Shape { sides: vec![1, 2] }, Shape { sides: vec![2, 1] });
    assert_eq!((a.area(1), a.area(1), b.area(1)), (3, 3, 3));
    assert_eq!(AREAS.all(), 2);
    assert_eq!((a.count(), b.count()), (2, 2));
    assert_eq!(AREAS.all(), 3);
    assert_eq!(a.area_cache_remove(1), Some(3));
}

static FETCHED: Runs = Runs::new();

#[memoize(store = MEMORY, ttl = "1h", local(capacity = 10))]
async fn fetched(n: u32) -> Result<String, Failure> {
    FETCHED.run();
    tokio::task::yield_now().await;
    if n == 0 {
        Err(Failure::default())
    } else {
        Ok(n.to_string())
    }
}

#[test]
fn async_functions() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let calls = (0..8).map(|_| tokio::spawn(async { fetched(7).await.unwrap() }));
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap(), "7");
        }
        assert_eq!(FETCHED.all(), 1);
        assert_eq!(fetched(0).await, Err(Failure::default()));
        assert_eq!(fetched(0).await, Err(Failure::default()));
        assert_eq!(FETCHED.all(), 3);
        assert_eq!(fetched_cache_refresh(7).await.unwrap(), "7");
        assert_eq!(FETCHED.all(), 4);
        assert_eq!(fetched_cache_remove(7), Some(Ok("7".into())));
        assert_eq!(fetched_cache_get(7), None);
        fetched_cache_insert(7, Ok("seven".into()));
        assert_eq!(fetched(7).await.unwrap(), "seven");
        fetched_cache_clear();
        assert_eq!(fetched(7).await.unwrap(), "7");
    });
    assert_eq!(fetched_cache_info().errors, 0);
}

#[test]
fn an_async_call_that_is_dropped_gives_its_claim_back() {
    #[memoize(store = MEMORY, name = "dropped")]
    async fn never(n: u32) -> u32 {
        std::future::pending::<()>().await;
        n
    }
    let claims = || {
        let prefix = key_prefix("dropped").unwrap_or_default();
        let contents = MEMORY.contents().into_iter();
        { contents.filter(|(key, _)| key.starts_with(&prefix) && !key.ends_with("epoch")) }.count()
    };
    let mut call = Box::pin(never(1));
    let mut context = Context::from_waker(Waker::noop());
    assert!(call.as_mut().poll(&mut context).is_pending());
    assert_eq!(claims(), 1);
    drop(call);
    let begun = std::time::Instant::now();
    while claims() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::yield_now();
    }
}

static FACTORS: Runs = Runs::new();

#[memoize(store = MEMORY)]
fn factorial(n: u64) -> u64 {
    FACTORS.run();
    if n == 0 { 1 } else { n * factorial(n - 1) }
}

#[test]
fn a_recursion() {
    assert_eq!(factorial(20), 2_432_902_008_176_640_000);
    assert_eq!(FACTORS.all(), 21);
    assert_eq!(factorial(21 - 1), 2_432_902_008_176_640_000);
    assert_eq!(FACTORS.all(), 21);
    assert_eq!(factorial_cache_info().errors, 0);
}

static ISOLATED: Runs = Runs::new();

#[memoize(store = MEMORY)]
fn seen(n: u64) -> u64 {
    ISOLATED.run();
    n
}

#[test]
fn an_isolation_has_a_store_of_its_own() {
    seen(1);
    for _ in 0..2 {
        testing::isolated(|| {
            assert_eq!(seen_cache_get(1), None);
            assert_eq!((seen(1), seen(1), seen(2)), (1, 1, 2));
            assert_eq!((seen_cache_info().hits, seen_cache_info().misses), (1, 2));
        });
    }
    assert_eq!((seen_cache_get(1), seen_cache_get(2)), (Some(1), None));
    testing::disabled(|| assert_eq!((seen(1), seen_cache_get(1)), (1, None)));
    assert_eq!(ISOLATED.all(), 6);
}

#[test]
fn all_caches_list_it() {
    assert_eq!(kept_error(9), Ok(9));
    let all = memofn::caches();
    let mut names = all.iter().map(|cache| cache.name());
    assert!(names.any(|name| name == "stores::calls::kept_error"));
}
