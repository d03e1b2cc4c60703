//! Functions of a `u64` in other shapes than a plain function, all unbounded: what a hit costs more
//! where the cache is found by the function's type parameters, or the call is a future.

use super::{GENERIC, GENERIC_THREAD, Kind, THREAD, UNBOUNDED, Visitor};
use crate::body::number;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[memofn::memoize]
fn plain(key: u64) -> u64 {
    number(key)
}

#[memofn::memoize]
fn generic<const INSTANCE: u8>(key: u64) -> u64 {
    number(key)
}

#[memofn::memoize(scope = "thread")]
fn thread(key: u64) -> u64 {
    number(key)
}

#[memofn::memoize(scope = "thread")]
fn generic_thread<T>(key: u64) -> u64 {
    number(key)
}

#[memofn::memoize]
async fn later(key: u64) -> u64 {
    number(key)
}

#[memofn::memoize]
async fn generic_later<T>(key: u64) -> u64 {
    number(key)
}

/// The value of a future that waits for nothing.
fn ready<V>(future: impl Future<Output = V>) -> V {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing is waited for"),
    }
}

/// Shows all of them to the visitor.
pub(crate) fn visit(visitor: &mut impl Visitor<u64>) {
    use Kind::Unbounded;
    // The instances stand in the order in which they were first used.
    generic::<1>(0);
    generic::<2>(0);
    generic::<3>(0);
    generic::<4>(0);
    visitor.contender(UNBOUNDED, Unbounded, plain);
    visitor.contender(GENERIC, Unbounded, generic::<1>);
    visitor.contender("memofn generic, the fourth", Unbounded, |key| {
        generic::<4>(key)
    });
    visitor.contender(THREAD, Unbounded, thread);
    visitor.contender(GENERIC_THREAD, Unbounded, generic_thread::<u8>);
    visitor.contender("memofn async", Unbounded, |key| ready(later(key)));
    visitor.contender("memofn async, generic", Unbounded, |key| {
        ready(generic_later::<u8>(key))
    });
}
