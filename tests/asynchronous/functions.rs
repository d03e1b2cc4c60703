//! What kinds of async functions there are: their arguments, bodies and results.

use crate::executors::{block_on, yield_now};
use crate::{CALLS, called, calls, is_send, twice};
use memofn::memoize;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::task::Context;

#[memoize]
async fn add(a: u32, b: u32) -> u32 {
    called().await;
    a + b
}

#[test]
fn a_function_and_its_helpers() {
    assert_eq!(twice(|| add(1, 2)), (3, 1));
    assert_eq!(twice(|| add(2, 1)), (3, 1));
    let info = add_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (2, 2, 2));
    assert_eq!(add_cache_parameters().capacity, None);
    assert_eq!((add_cache_get(1, 2), add_cache_get(5, 5)), (Some(3), None));
    assert_eq!(add_cache_insert(5, 5, 7), None);
    assert_eq!(twice(|| add(5, 5)), (7, 0));
    assert_eq!(twice(|| add_uncached(5, 5)), (10, 2));
    assert_eq!(block_on(add(5, 5)), 7);
    assert_eq!((block_on(add_cache_refresh(5, 5)), calls()), (10, 1));
    assert_eq!(add_cache_remove(5, 5), Some(10));
    assert_eq!(add_cache().get(&(1, 2)), Some(3));
    add_cache_clear();
    assert_eq!(add_cache_info().len, 0);
}

/// Nothing runs before the first poll, and nothing is counted.
#[test]
fn a_call_begins_when_it_is_polled() {
    #[memoize]
    async fn lazy(n: u32) -> u32 {
        called().await;
        n
    }
    calls();
    drop(lazy(1));
    let later = lazy(2);
    let info = lazy_cache_info();
    assert_eq!((calls(), info.hits, info.misses), (0, 0, 0));
    assert_eq!((block_on(later), calls()), (2, 1));
}

/// A call that is dropped while its body is under way has computed nothing.
#[test]
fn a_dropped_call_stores_nothing() {
    #[memoize]
    async fn interrupted(n: u32) -> u32 {
        called().await;
        n
    }
    calls();
    let mut call = Box::pin(interrupted(1));
    let waker = std::task::Waker::noop();
    assert!(
        call.as_mut()
            .poll(&mut Context::from_waker(waker))
            .is_pending()
    );
    drop(call);
    assert_eq!((calls(), interrupted_cache_get(1)), (1, None));
    assert_eq!((block_on(interrupted(1)), calls()), (1, 1));
    assert_eq!((block_on(interrupted(1)), calls()), (1, 0));
}

/// A panic goes to the caller, and the next call computes.
#[test]
fn a_panic_stores_nothing() {
    #[memoize]
    async fn panics_once(n: u32) -> u32 {
        called().await;
        assert_ne!(calls(), 1, "the first");
        n
    }
    calls();
    let first = std::panic::catch_unwind(|| block_on(panics_once(1)));
    assert!(first.is_err());
    CALLS.set(1);
    assert_eq!(block_on(panics_once(1)), 1);
    assert_eq!(panics_once_cache_info().misses, 2);
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) name: String,
}

#[memoize]
async fn borrowed(
    text: &str,
    list: &[&str],
    maybe: Option<&User>,
    path: &Path,
    user: &User,
    floats: &[f64],
) -> String {
    called().await;
    let total: f64 = floats.iter().sum();
    yield_now().await;
    let name = maybe.map_or("nobody", |user| &user.name);
    format!(
        "{text} {list:?} {name} {} {} {total}",
        path.display(),
        user.id
    )
}

#[memoize]
async fn owned(mut list: Vec<u32>, (a, mut b): (u32, u32), _: char, Point { x, .. }: Point) -> u32 {
    called().await;
    list.push(a);
    b += 1;
    list.iter().sum::<u32>() + b + x
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Point {
    x: u32,
    y: u32,
}

#[test]
fn arguments_of_all_kinds() {
    let user = User {
        id: 7,
        name: "ann".into(),
    };
    let call = || {
        // Gone before the future is.
        let path = PathBuf::from("/a");
        let user = &user;
        async move {
            is_send(borrowed(
                "t",
                &["a", "b"],
                Some(user),
                &path,
                user,
                &[0.5, 1.0],
            ))
            .await
        }
    };
    assert_eq!(twice(call), (r#"t ["a", "b"] ann /a 7 1.5"#.into(), 1));
    let point = Point { x: 10, y: 0 };
    assert_eq!(
        twice(|| is_send(owned(vec![1, 2], (3, 4), 'c', point))),
        (21, 1)
    );
    assert_eq!(twice(|| owned(vec![1, 2], (3, 4), 'd', point)), (21, 1));
}

#[memoize]
async fn halved(n: u32) -> Result<u32, String> {
    called().await;
    if n == 0 {
        return Ok(0);
    }
    let even = check(n).await?;
    yield_now().await;
    Ok(even / 2)
}

pub(crate) async fn check(n: u32) -> Result<u32, &'static str> {
    if n % 2 == 1 { Err("odd") } else { Ok(n) }
}

#[memoize]
async fn first(list: Vec<u32>) -> Option<u32> {
    called().await;
    let first = list.first()?;
    Some(first + 1)
}

/// Nothing is asked of an error that isn't stored.
#[derive(Debug, PartialEq)]
struct NoClone;

#[memoize]
async fn fails(n: u32) -> Result<u32, NoClone> {
    called().await;
    n.checked_sub(1).ok_or(NoClone)
}

#[test]
fn control_flow_and_results() {
    assert_eq!(twice(|| halved(0)), (Ok(0), 1));
    assert_eq!(twice(|| halved(4)), (Ok(2), 1));
    assert_eq!(twice(|| halved(3)), (Err("odd".into()), 2));
    assert_eq!(twice(|| first(vec![1])), (Some(2), 1));
    assert_eq!(twice(|| first(vec![])), (None, 1));
    assert_eq!(twice(|| fails(0)), (Err(NoClone), 2));
    assert_eq!(twice(|| fails(1)), (Ok(0), 1));
    assert_eq!(fails_cache_info().errors, 2);
}

#[memoize]
async fn fib(n: u64) -> u64 {
    called().await;
    match n {
        0 | 1 => n,
        _ => Box::pin(fib(n - 1)).await + Box::pin(fib(n - 2)).await,
    }
}

#[memoize]
async fn even(n: u32) -> bool {
    called().await;
    n == 0 || Box::pin(odd(n - 1)).await
}

#[memoize]
async fn odd(n: u32) -> bool {
    called().await;
    n != 0 && Box::pin(even(n - 1)).await
}

#[test]
fn recursion() {
    assert_eq!(twice(|| is_send(fib(50))), (12_586_269_025, 51));
    let info = fib_cache_info();
    assert_eq!((info.hits, info.misses), (49, 51));
    assert_eq!(twice(|| is_send(even(20))), (true, 21));
    assert_eq!(twice(|| is_send(odd(20))), (false, 21));
}

/// A future that is not `Send` since its body is not.
#[memoize(skip(log))]
async fn not_send(n: u32, log: Rc<RefCell<Vec<u32>>>) -> u32 {
    called().await;
    log.borrow_mut().push(n);
    n
}

#[test]
fn bodies_that_are_not_send() {
    let log = Rc::new(RefCell::new(Vec::new()));
    assert_eq!(twice(|| not_send(1, Rc::clone(&log))), (1, 1));
    assert_eq!(twice(|| not_send_uncached(2, Rc::clone(&log))), (2, 2));
    assert_eq!(*log.borrow(), [1, 2, 2]);
    assert_eq!(not_send_cache_get(1), Some(1));
}

/// Its borrows end with the call, wherever they come from.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spawned_with_arguments_of_its_own() {
    async fn all(texts: Vec<String>, user: User) -> String {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        borrowed("s", &texts, Some(&user), Path::new("/b"), &user, &[]).await
    }
    let user = User {
        id: 1,
        name: "ann".into(),
    };
    let spawned = tokio::spawn(all(vec!["x".into()], user));
    assert_eq!(spawned.await.unwrap(), r#"s ["x"] ann /b 1 -0"#);
}

/// The error stays with whoever got it: nothing of it is kept, so nothing is asked of it.
#[test]
fn a_future_is_send_whatever_its_error_is() {
    #[memoize]
    async fn boxed(n: u64) -> Result<u64, Box<dyn std::error::Error>> {
        Ok(n.to_string().parse::<u64>()? + 1)
    }

    #[memoize]
    async fn counted(n: u64) -> Result<u64, Rc<str>> {
        if n == 0 { Err("zero".into()) } else { Ok(n) }
    }

    fn send<F: Future + Send>(future: F) -> F {
        future
    }

    assert_eq!(block_on(send(boxed(1))).unwrap(), 2);
    assert_eq!(block_on(send(boxed(1))).unwrap(), 2);
    assert!(block_on(send(counted(0))).is_err());
    assert_eq!(block_on(send(counted_cache_refresh(2))), Ok(2));
    assert_eq!(boxed_cache_info().hits, 1);
}
