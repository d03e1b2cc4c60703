// Functions with a store under all lints.
#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;
use std::time::Duration;

pub static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

/// What isn't `Serialize`, `Clone` or `Send`.
#[derive(Debug)]
pub struct Failure(#[allow(dead_code)] std::rc::Rc<u8>);

#[memoize(store = STORE, ttl = "5m", version = 2)]
pub fn one(n: u64, name: &str) -> Result<String, Failure> {
    Ok(format!("{n} {name}"))
}

#[memoize(store = STORE, ttl = lifetime(), local(capacity = room(), ttl = lifetime(), policy = "lfu"))]
pub fn two(n: f64) -> Option<Vec<(u8, f64)>> {
    Some(vec![(1, n)])
}

#[memoize(store = crate::STORE, local)]
pub async fn three(n: u64) -> Result<u64, Failure> {
    Ok(n)
}

#[memoize(store = STORE, name = "generic", single_flight = false)]
pub async fn four<T: Send + Sync + 'static, const N: usize>(n: u64) -> u64 {
    n + size_of::<T>() as u64 + N as u64
}

fn lifetime() -> Duration {
    Duration::from_secs(30)
}

fn room() -> usize {
    10
}

pub struct Shape;

pub trait Area {
    fn area(&self, scale: u32) -> u32;
}

impl Shape {
    pub const STORE: &'static LazyLock<Memory> = &STORE;
}

impl Area for Shape {
    #[memoize(store = Self::STORE, name = "area", skip(self), helpers = false)]
    fn area(&self, scale: u32) -> u32 {
        scale * 2
    }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    assert_eq!(one(1, "a").unwrap(), "1 a");
    assert_eq!(one(1, "a").unwrap(), "1 a");
    assert_eq!(one_cache_info().hits, 1);
    assert_eq!(two(-0.0), Some(vec![(1, -0.0)]));
    assert_eq!(two(-0.0), Some(vec![(1, -0.0)]));
    assert_eq!(two_cache_info().len, 1);
    assert_eq!(Shape.area(2), 4);
    assert_eq!(Shape.area(2), 4);
    futures::executor::block_on(async {
        // The error isn't `Send`, and never leaves the body: but the future holds no error.
        assert_eq!(three(3).await.unwrap(), 3);
        assert_eq!(three(3).await.unwrap(), 3);
        assert_eq!(is_send(four::<u8, 2>(3)).await, 6);
        assert_eq!(four::<u16, 2>(3).await, 7);
    });
    assert_eq!(three_cache_info().hits, 1);
}
