//! What kinds of async functions there are: their bodies, arguments, and places.

use crate::executors::{block_on, yield_now};
use memofn::memoize;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// Bodies run since it was asked last, in this thread.
fn calls() -> u32 {
    CALLS.take()
}

/// Part of a body, which is suspended here once.
async fn called() {
    CALLS.set(CALLS.get() + 1);
    yield_now().await;
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

/// What a call gives, asked for twice, and how many bodies ran for it.
fn twice<V: PartialEq + std::fmt::Debug, F: Future<Output = V>>(call: impl Fn() -> F) -> (V, u32) {
    calls();
    let first = block_on(call());
    assert_eq!(block_on(call()), first);
    (first, calls())
}

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

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct User {
    id: u32,
    name: String,
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

async fn check(n: u32) -> Result<u32, &'static str> {
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

impl User {
    #[memoize]
    async fn greeting(&self, word: &str) -> String {
        called().await;
        format!("{word}, {}", self.name)
    }

    #[memoize(skip(self))]
    async fn shared(&self, n: u32) -> u32 {
        called().await;
        n
    }

    #[memoize(key = self.id)]
    async fn by_id(&self, word: &str) -> String {
        called().await;
        format!("{word}, {}", self.name)
    }

    #[memoize]
    async fn with_id(id: u32) -> Self {
        called().await;
        let name = id.to_string();
        Self { id, name }
    }

    #[memoize]
    async fn plain(id: u32) -> u32 {
        called().await;
        id
    }

    #[memoize]
    async fn into_name(mut self) -> String {
        called().await;
        self.name.push('!');
        self.name
    }

    #[memoize(skip(self))]
    async fn arc(self: Arc<Self>, n: u32) -> u32 {
        called().await;
        self.id + n
    }

    #[memoize]
    async fn countdown(&self, n: u32) -> u32 {
        called().await;
        match n {
            0 => self.id,
            n => Box::pin(self.countdown(n - 1)).await,
        }
    }
}

#[test]
fn methods_and_associated_functions() {
    let (ann, bob) = (
        User {
            id: 1,
            name: "ann".into(),
        },
        User {
            id: 1,
            name: "bob".into(),
        },
    );
    assert_eq!(twice(|| is_send(ann.greeting("hi"))), ("hi, ann".into(), 1));
    assert_eq!(twice(|| bob.greeting("hi")), ("hi, bob".into(), 1));
    assert_eq!(twice(|| is_send(ann.shared(1))), (1, 1));
    assert_eq!(twice(|| bob.shared(1)), (1, 0));
    assert_eq!(twice(|| is_send(ann.by_id("hi"))), ("hi, ann".into(), 1));
    assert_eq!(twice(|| bob.by_id("ho")), ("hi, ann".into(), 0));
    assert_eq!(twice(|| is_send(User::with_id(5))).0.name, "5");
    assert_eq!(twice(|| is_send(User::plain(5))), (5, 1));
    assert_eq!(
        twice(|| is_send(ann.clone().into_name())),
        ("ann!".into(), 1)
    );
    assert_eq!(twice(|| is_send(Arc::new(ann.clone()).arc(1))), (2, 1));
    assert_eq!(twice(|| is_send(ann.countdown(5))), (1, 6));
    assert_eq!(User::greeting_cache_info().len, 2);
    assert_eq!(ann.greeting_cache_remove("hi"), Some("hi, ann".into()));
    assert_eq!(block_on(ann.greeting_uncached("ho")), "ho, ann");
    assert_eq!(block_on(ann.greeting_cache_refresh("ho")), "ho, ann");
}

trait Fetch {
    const FACTOR: u32;
    async fn fetch(&self, n: u32) -> Result<u32, String>;
    async fn countdown(&self, n: u32) -> u32;
    async fn taken(self) -> String;
    async fn default(n: u32) -> u32;
    async fn typed<T: From<u32> + Clone + Send + Sync + 'static>(&self, n: u32) -> T;

    #[memoize(helpers = false, skip(self))]
    async fn provided(&self, text: &str) -> usize {
        called().await;
        text.len() * Self::FACTOR as usize
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Client<T>(T);

impl<T: AsRef<str> + std::hash::Hash + Eq + Clone + Send + Sync + 'static> Fetch for Client<T> {
    const FACTOR: u32 = size_of::<T>() as u32;

    #[memoize(helpers = false)]
    async fn fetch(&self, n: u32) -> Result<u32, String> {
        called().await;
        let even = check(n).await?;
        if even == 0 {
            return Ok(0);
        }
        Ok(even * self.0.as_ref().len() as u32)
    }

    #[memoize(helpers = false)]
    async fn countdown(&self, n: u32) -> u32 {
        called().await;
        match n {
            0 => Self::FACTOR,
            n => Box::pin(self.countdown(n - 1)).await,
        }
    }

    #[memoize(helpers = false)]
    async fn taken(mut self) -> String {
        called().await;
        let old = self.clone();
        self = old;
        self.0.as_ref().to_owned()
    }

    // Speaks of no `Self`.
    #[memoize(helpers = false)]
    async fn default(n: u32) -> u32 {
        called().await;
        n
    }

    #[memoize(helpers = false, skip(self))]
    async fn typed<U: From<u32> + Clone + Send + Sync + 'static>(&self, n: u32) -> U {
        called().await;
        (n * Self::FACTOR).into()
    }
}

#[test]
fn traits() {
    let (text, owned) = (Client("ab"), Client("ab".to_string()));
    assert_eq!(twice(|| is_send(text.fetch(2))), (Ok(4), 1));
    assert_eq!(twice(|| is_send(owned.fetch(2))), (Ok(4), 1));
    assert_eq!(twice(|| text.fetch(1)), (Err("odd".into()), 2));
    assert_eq!(twice(|| text.fetch(0)), (Ok(0), 1));
    assert_eq!(twice(|| text.countdown(3)), (16, 4));
    assert_eq!(twice(|| is_send(text.clone().taken())), ("ab".into(), 1));
    assert_eq!(twice(|| Client::<&str>::default(1)), (1, 1));
    assert_eq!(twice(|| text.typed::<u32>(1)), (16, 1));
    assert_eq!(twice(|| text.typed::<u64>(1)), (16, 1));
    assert_eq!(twice(|| owned.typed::<u64>(1)), (24, 1));
    assert_eq!(twice(|| text.provided("a")), (16, 1));
    assert_eq!(twice(|| owned.provided("a")), (24, 1));
}

#[memoize]
async fn size<T>(n: usize) -> usize {
    called().await;
    n * size_of::<T>()
}

#[memoize]
async fn pairs<const N: usize, T>(value: &T, list: &[T]) -> Vec<[T; N]>
where
    T: std::hash::Hash + Eq + Copy + Send + Sync + 'static,
{
    called().await;
    list.iter()
        .chain([value])
        .map(|value| [*value; N])
        .collect()
}

#[memoize(key = N)]
async fn inferred<const N: usize>(_map: HashMap<String, f64>) -> usize {
    called().await;
    N
}

#[test]
fn generics() {
    assert_eq!(twice(|| is_send(size::<u8>(3))), (3, 1));
    assert_eq!(twice(|| is_send(size::<u64>(3))), (24, 1));
    // Neither is `Rc`, which is in neither key nor value.
    assert_eq!(twice(|| is_send(size::<Rc<u8>>(3))), (24, 1));
    assert_eq!(
        twice(|| is_send(pairs::<2, _>(&'a', &['b']))),
        (vec![['b'; 2], ['a'; 2]], 1)
    );
    assert_eq!(twice(|| pairs::<3, _>(&'a', &['b'])).1, 1);
    assert_eq!(twice(|| is_send(inferred::<2>(HashMap::new()))), (2, 1));
    assert_eq!(twice(|| inferred::<3>(HashMap::new())), (3, 1));
    assert_eq!(size_cache_info::<u8>().misses, 1);
    assert_eq!(block_on(size_uncached::<u16>(2)), 4);
    assert_eq!(block_on(size_cache_refresh::<u16>(2)), 4);
    assert_eq!(size_cache_get::<u16>(2), Some(4));
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
