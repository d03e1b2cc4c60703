//! What a call of a memoized function has in its hands while its body runs, and the steps of an async
//! one.

use crate::cache::Cache;
use crate::joined::{Joined, Patience, Turn, Waiting};
use crate::miss::Miss;
use crate::waits;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// A call that has to run the body, or a refresh. If it is dropped before its end, nothing is stored.
#[must_use = "the body is to be run"]
pub struct Computation<K: 'static, V: 'static>(pub(crate) Option<Miss<&'static Cache<K, V>>>);

impl<K, V> Computation<K, V> {
    /// The body has given this: it is stored, if it is to be stored.
    pub fn finish(self, value: V) -> V {
        match self.0 {
            Some(miss) => miss.finish(value),
            None => value,
        }
    }

    /// Runs the body of an async function: the result is stored, if it is to be stored. A future that
    /// is dropped gives the computation up.
    pub fn run(mut self, body: impl Future<Output = V>) -> impl Future<Output = V> {
        let node = self.0.as_mut().and_then(Miss::leave);
        async move {
            let mut body = pin!(body);
            let value = poll_fn(|context| {
                let _inside = waits::enter(node);
                body.as_mut().poll(context)
            })
            .await;
            // What it calls on the way (`cache_if`, ...) may call the function, and is not to wait for this.
            Self(self.0.map(Miss::enter)).finish(value)
        }
    }
}

/// An async call between its steps.
pub struct AsyncCall<K: 'static, V: 'static> {
    /// None before its first one.
    pub(crate) waited: Option<(Turn<V>, Patience)>,
    of: PhantomData<fn(K)>,
}

impl<K, V> AsyncCall<K, V> {
    /// A call begins.
    #[must_use]
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let (waited, of) = (None, PhantomData);
        Self { waited, of }
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
    waiting: Box<Waiting<K, V>>,
    of: PhantomData<fn(K)>,
}

impl<K, V> Wait<K, V> {
    pub(crate) fn new(joined: Arc<Joined<K, V>>, patience: Patience) -> Self {
        Self {
            waiting: Box::new(Waiting::new(joined, patience)),
            of: PhantomData,
        }
    }
}

impl<K, V> Future for Wait<K, V> {
    type Output = AsyncCall<K, V>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<AsyncCall<K, V>> {
        let waited = Pin::new(&mut self.waiting).poll(context);
        waited.map(|waited| AsyncCall {
            waited: Some(waited),
            of: PhantomData,
        })
    }
}
