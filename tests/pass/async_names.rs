//! Arguments of async functions may have any name, and std's may mean something else.
#![deny(warnings, unused)]
#![allow(dead_code, unused_imports)]
use memofn::memoize;

mod user {
    pub struct Future;
    pub struct Result;
    pub struct Ok;
    pub struct Err;
    pub struct Poll;
    pub struct Pin;
    pub struct Step;
    pub struct Run;
    pub struct Wait;
    pub struct AsyncCall;
    pub trait IntoFuture {}
    pub trait Send {}
}
use user::*;

mod core {}
mod std {}

#[memoize]
async fn steps(
    call: u32,
    miss: u32,
    step: u32,
    wait: u32,
    value: u32,
    found: u32,
    body: u32,
) -> u32 {
    [call, miss, step, wait, value, found, body]
        .iter()
        .fold(0, |sum, n| sum * 10 + n)
}

#[memoize]
async fn prefixed(
    __memofn_call: u32,
    __memofn_miss: u32,
    __memofn_step: u32,
    __memofn_wait: u32,
    __memofn_value: u32,
) -> u32 {
    [
        __memofn_call,
        __memofn_miss,
        __memofn_step,
        __memofn_wait,
        __memofn_value,
    ]
    .iter()
    .fold(0, |sum, n| sum * 10 + n)
}

#[memoize]
async fn r#await(r#async: u32, r#loop: &str) -> usize {
    r#async as usize + r#loop.len()
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Client(u32);

trait Fetch {
    async fn fetch(&self, __memofn_call: u32, ret: u32) -> u32;
}

impl Fetch for Client {
    #[memoize(helpers = false)]
    async fn fetch(&self, __memofn_call: u32, ret: u32) -> u32 {
        self.0 + __memofn_call * ret
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        futures::executor::block_on(async {
            assert_eq!(steps(1, 2, 3, 4, 5, 6, 7).await, 1_234_567);
            assert_eq!(prefixed(1, 2, 3, 4, 5).await, 12345);
            assert_eq!(r#await(1, "ab").await, 3);
            assert_eq!(Client(1).fetch(2, 3).await, 7);
        });
    }
    assert_eq!(
        (
            steps_cache_info().hits,
            prefixed_cache_info().hits,
            await_cache_info().hits
        ),
        (1, 1, 1)
    );
}
