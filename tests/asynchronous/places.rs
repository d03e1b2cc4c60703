//! Where async functions stand: in `impl`s and traits, with parameters of their own.

use crate::executors::block_on;
use crate::functions::{User, check};
use crate::{called, is_send, twice};
use memofn::memoize;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

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
