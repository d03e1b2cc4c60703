//! Bodies as they are: loops and labels, closures and blocks within, early ends, inner items and attributes.
#![deny(warnings, unused)]
use memofn::memoize;

async fn pause() {}

#[memoize]
async fn looped(n: u32) -> u32 {
    let mut sum = 0;
    'outer: for a in 0.. {
        for b in 0..n {
            pause().await;
            if a * b > n {
                break 'outer;
            }
            if b > a {
                continue 'outer;
            }
            sum += b;
        }
    }
    sum
}

#[memoize]
async fn nested(n: u32) -> Result<u32, String> {
    let inner = async {
        let half = n.checked_div(2).ok_or("never")?;
        if half == 1 {
            return Err("one");
        }
        Ok(half)
    };
    let closure = |n: u32| {
        if n > 5 {
            return 5;
        }
        n
    };
    let later = async |n: u32| closure(n) + 1;
    Ok(later(inner.await?).await)
}

#[memoize]
async fn diverging(n: u32) -> u32 {
    loop {
        pause().await;
        if n > 1 {
            return n;
        }
        panic!("too small");
    }
}

#[memoize]
async fn items(n: u32) -> u32 {
    #![allow(clippy::items_after_statements)]
    const TWO: u32 = 2;
    struct Pair(u32, u32);
    impl Pair {
        async fn sum(&self) -> u32 {
            self.0 + self.1
        }
    }
    async fn more(n: u32) -> u32 {
        n * TWO
    }
    Pair(more(n).await, 1).sum().await
}

#[memoize]
async fn nothing() {
    pause().await;
}

#[memoize]
async fn unit(n: u32) -> () {
    if n > 1 {
        return;
    }
    pause().await;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Client(u32);

trait Fetch {
    async fn either(self, flag: bool) -> Result<u32, Box<dyn std::error::Error + Send + Sync>>;
    async fn never(&self, n: u32) -> u32;
    async fn silent(&self);
}

// The bodies stand in the functions themselves.
impl Fetch for Client {
    #[memoize(helpers = false)]
    async fn either(mut self, flag: bool) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        pause().await;
        self.0 += "1".parse::<u32>()?;
        if flag {
            return Err("flag".into());
        }
        Ok(self.0)
    }

    #[memoize(helpers = false)]
    async fn never(&self, n: u32) -> u32 {
        if n == 0 {
            unreachable!();
        }
        return self.0;
    }

    #[memoize(helpers = false)]
    async fn silent(&self) {
        pause().await;
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        futures::executor::block_on(async {
            assert_eq!(
                (looped(3).await, nested(8).await, nested(2).await),
                (2, Ok(5), Err("one".into()))
            );
            assert_eq!((diverging(2).await, items(2).await), (2, 5));
            nothing().await;
            unit(2).await;
            assert_eq!(Client(1).either(false).await.ok(), Some(2));
            assert!(Client(1).either(true).await.is_err());
            assert_eq!(Client(1).never(1).await, 1);
            Client(1).silent().await;
        });
    }
    assert_eq!(
        (
            looped_cache_info().hits,
            nested_cache_info().hits,
            nothing_cache_info().hits
        ),
        (1, 1, 1)
    );
}
