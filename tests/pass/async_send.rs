//! A future is `Send` when its body is, whatever it borrows, and may be sent nowhere otherwise.
#![deny(warnings, unused)]
use memofn::memoize;
use std::borrow::Cow;
use std::cell::Cell;
use std::future::Future;
use std::hash::Hash;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

fn send<F: Future + Send>(future: F) -> F {
    future
}

/// Is the expression `Send`? Told without asking for it.
macro_rules! is_send {
    ($value:expr) => {{
        #[allow(dead_code)]
        trait Otherwise {
            fn is_send(&self) -> bool {
                false
            }
        }
        impl<T> Otherwise for &Probe<T> {}
        struct Probe<T>(T);
        #[allow(dead_code)]
        impl<T: Send> Probe<T> {
            fn is_send(&self) -> bool {
                true
            }
        }
        (&Probe($value)).is_send()
    }};
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct User(String);

async fn pause() {}

#[memoize]
#[allow(clippy::too_many_arguments)]
async fn all(
    texts: &[&str],
    user: Option<&User>,
    users: &[Option<&User>],
    path: &Path,
    text: Cow<'_, str>,
    floats: (f64, &[f32]),
    list: Vec<Option<f64>>,
    pair: &(u8, [User; 1]),
) -> usize {
    pause().await;
    let path = path.as_os_str().len();
    pause().await;
    texts.len()
        + user.iter().count()
        + users.len()
        + path
        + text.len()
        + floats.1.len()
        + list.len()
        + pair.1.len()
}

#[memoize(key = user.0.len())]
async fn expression(user: &User) -> usize {
    pause().await;
    user.0.len()
}

#[memoize]
async fn generic<T: Hash + Eq + Clone + Send + Sync + 'static>(value: &T, values: &[&T]) -> usize {
    pause().await;
    values.len() + size_of_val(value)
}

#[memoize(skip(shared))]
async fn skipped<T>(n: usize, shared: &T) -> usize {
    pause().await;
    n + size_of_val(shared)
}

#[memoize]
async fn result(n: u32) -> Result<Arc<str>, std::io::Error> {
    pause().await;
    std::str::from_utf8(&[u8::try_from(n).unwrap_or(b'x')])
        .map(Arc::from)
        .map_err(std::io::Error::other)
}

// Neither this body nor its future can be sent.
#[memoize]
async fn local(n: u32) -> u32 {
    let rc = Rc::new(Cell::new(n));
    pause().await;
    rc.get()
}

impl User {
    #[memoize]
    async fn method(&self, text: &str) -> usize {
        pause().await;
        self.0.len() + text.len()
    }
}

trait Fetch {
    fn fetch(&self, text: &str) -> impl Future<Output = usize> + Send;
}

// The body stands in the function itself.
impl Fetch for User {
    #[memoize(helpers = false)]
    async fn fetch(&self, text: &str) -> usize {
        pause().await;
        self.0.len() + text.len()
    }
}

pub(crate) fn main() {
    let user = User("ann".into());
    let pair = (1, [user.clone()]);
    let users = [Some(&user), None];
    for _ in 0..2 {
        let call = all(
            &["a"],
            Some(&user),
            &users,
            Path::new("/a"),
            "b".into(),
            (0.5, &[1.5]),
            vec![None],
            &pair,
        );
        assert_eq!(futures::executor::block_on(send(call)), 10);
        futures::executor::block_on(async {
            assert_eq!(send(expression(&user)).await, 3);
            assert_eq!(send(generic(&1_u8, &[&2])).await, 2);
            assert_eq!(send(skipped(1, &2_u8)).await, 2);
            assert_eq!(&*send(result(65)).await.unwrap(), "A");
            assert_eq!(
                send(user.method("a")).await + send(user.fetch("a")).await,
                8
            );
            assert_eq!(send(expression_cache_refresh(&user)).await, 3);
            assert_eq!(send(expression_uncached(&user)).await, 3);
            assert_eq!(local(1).await, 1);
        });
    }
    assert!(is_send!(expression(&user)));
    assert!(is_send!(skipped(1, &2_u8)) && !is_send!(skipped(1, &Cell::new(2_u8))));
    assert!(!is_send!(local(1)) && !is_send!(local_uncached(1)));
}
