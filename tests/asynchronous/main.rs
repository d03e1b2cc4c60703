//! Async functions.

mod executors;
mod functions;
mod places;

use executors::{block_on, yield_now};
use std::cell::Cell;

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
