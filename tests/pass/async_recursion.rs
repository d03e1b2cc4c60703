//! Async functions that call themselves and each other, through the boxes that the compiler asks for.
#![deny(warnings, unused)]
use memofn::memoize;
use std::future::Future;
use std::pin::Pin;

#[memoize]
async fn fib(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    Box::pin(fib(n - 1)).await + Box::pin(fib(n - 2)).await
}

#[memoize]
async fn even(n: u32) -> bool {
    n == 0 || Box::pin(odd(n - 1)).await
}

#[memoize]
async fn odd(n: u32) -> bool {
    n != 0 && Box::pin(even(n - 1)).await
}

/// Through a function that gives a boxed future that can be sent.
fn boxed(n: u32) -> Pin<Box<dyn Future<Output = Result<u32, String>> + Send>> {
    Box::pin(counted(n))
}

#[memoize]
async fn counted(n: u32) -> Result<u32, String> {
    let rest = n.checked_sub(1).ok_or("none")?;
    if rest == 0 {
        return Ok(1);
    }
    Ok(boxed(rest).await? + 1)
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Tree(Vec<Tree>);

impl Tree {
    #[memoize]
    async fn size(&self) -> usize {
        let mut size = 1;
        for child in &self.0 {
            size += Box::pin(child.size()).await;
        }
        size
    }

    #[memoize]
    async fn nested<const N: usize>(n: usize) -> Self {
        let mut children = Vec::new();
        if n > 0 {
            children = vec![Box::pin(Self::nested::<N>(n - 1)).await; N];
        }
        Self(children)
    }
}

trait Depth {
    async fn depth(&self) -> usize;
}

impl Depth for Tree {
    #[memoize(helpers = false)]
    async fn depth(&self) -> usize {
        let mut depth = 0;
        for child in &self.0 {
            depth = depth.max(Box::pin(child.depth()).await);
        }
        depth + 1
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        futures::executor::block_on(async {
            assert_eq!(fib(50).await, 12_586_269_025);
            assert!(even(50).await && !odd(50).await);
            assert_eq!(
                (counted(9).await, counted(0).await),
                (Ok(9), Err("none".into()))
            );
            let tree = Tree::nested::<2>(5).await;
            assert_eq!((tree.size().await, tree.depth().await), (63, 6));
        });
    }
    assert_eq!((fib_cache_info().misses, fib_cache_info().hits), (51, 49));
    assert_eq!(
        (
            Tree::size_cache_info().misses,
            Tree::nested_cache_info::<2>().misses
        ),
        (6, 6)
    );
}
