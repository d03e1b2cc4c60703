//! What a call of a memoized function has in its hands while its body runs, and the steps of an async
//! one. All of it comes from a [`Memo`](crate::memo::Memo), whose types are proved: so the future of a
//! call is `Send` when the body's is, whatever its error is.

use crate::cache::Cache;
use crate::joined::{Joined, Patience, Turn, Waiting};
use crate::miss::Miss;
use crate::trusted::Proved;
use crate::waits;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// A call that has to run the body, or a refresh. If it is dropped before its end, nothing is stored.
#[must_use = "the body is to be run"]
pub struct Computation<K: 'static, V: 'static>(Proved<Option<Miss<&'static Cache<K, V>>>>);

impl<K, V> Computation<K, V> {
    /// Of a cache that a `Memo` has made.
    #[inline]
    pub(crate) fn of(miss: Option<Miss<&'static Cache<K, V>>>) -> Self {
        Self(Proved::of_a_memo(miss))
    }

    /// The body has given this: it is stored, if it is to be stored.
    pub fn finish(self, value: V) -> V {
        match self.0.into_inner() {
            Some(miss) => miss.finish(value),
            None => value,
        }
    }

    /// Runs the body of an async function: the result is stored, if it is to be stored. A future that
    /// is dropped gives the computation up.
    pub fn run(mut self, body: impl Future<Output = V>) -> impl Future<Output = V> {
        let node = self.0.get_mut().as_mut().and_then(Miss::leave);
        async move {
            let mut body = pin!(body);
            let value = poll_fn(|context| {
                let _inside = waits::enter(node);
                body.as_mut().poll(context)
            })
            .await;
            // What it calls on the way (`cache_if`, ...) may call the function, and is not to wait for this.
            Self::of(self.0.into_inner().map(Miss::enter)).finish(value)
        }
    }
}

/// An async call between its steps.
pub struct AsyncCall<K: 'static, V: 'static> {
    /// None before its first one.
    waited: Proved<Option<(Turn<V>, Patience)>>,
    of: PhantomData<fn(K)>,
}

impl<K, V> AsyncCall<K, V> {
    /// A call begins.
    #[must_use]
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self {
            waited: Proved::empty(None),
            of: PhantomData,
        }
    }

    /// Has it waited, and what for?
    #[inline]
    pub(crate) fn waited(self) -> Option<(Turn<V>, Patience)> {
        self.waited.into_inner()
    }
}

/// What an async call has to do next.
pub enum Step<K: 'static, V: 'static> {
    /// Run the body.
    Run(Computation<K, V>),
    /// Wait for another's computation.
    Wait(Wait<K, V>),
}

/// A wait for another's computation.
#[must_use = "the wait is to be awaited"]
pub struct Wait<K: 'static, V: 'static> {
    /// In a box: mostly there is none, and it would make all futures larger.
    waiting: Proved<Box<Waiting<K, V>>>,
    of: PhantomData<fn(K)>,
}

impl<K, V> Wait<K, V> {
    pub(crate) fn new(joined: Arc<Joined<K, V>>, patience: Patience) -> Self {
        Self {
            waiting: Proved::of_a_memo(Box::new(Waiting::new(joined, patience))),
            of: PhantomData,
        }
    }
}

// Nothing in here is pinned.
impl<K, V> Unpin for Wait<K, V> {}

impl<K, V> Future for Wait<K, V> {
    type Output = AsyncCall<K, V>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<AsyncCall<K, V>> {
        let waited = Pin::new(self.waiting.get_mut()).poll(context);
        waited.map(|waited| AsyncCall {
            waited: Proved::of_a_memo(Some(waited)),
            of: PhantomData,
        })
    }
}
