//! What a call of a memoized function has in its hands while its body runs, and the steps of an async
//! one. All of it comes from a [`Memo`](crate::memo::Memo), whose types are proved: so the future of a
//! call is `Send` when the body's is, whatever its error is.

use crate::cache::Cache;
use crate::joined::{Joined, Patience, Turn, Waiting};
use crate::miss::Miss;
#[cfg(feature = "store")]
use crate::store::calls::{self, Held, Later, Next};
#[cfg(feature = "store")]
use crate::store::{Tier, Told};
use crate::trusted::Proved;
use crate::waits;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

/// A call that has to run the body, or a refresh. If it is dropped before its end, nothing is stored.
#[must_use = "the body is to be run"]
pub struct Computation<K: 'static, V: 'static> {
    miss: Proved<Option<Miss<&'static Cache<K, V>>>>,
    /// What its result is to replace in a store.
    #[cfg(feature = "store")]
    held: Option<Box<Held<K, V>>>,
}

impl<K, V> Computation<K, V> {
    /// Of a cache that a `Memo` has made.
    #[inline]
    pub(crate) fn of(miss: Option<Miss<&'static Cache<K, V>>>) -> Self {
        Self {
            miss: Proved::of_a_memo(miss),
            #[cfg(feature = "store")]
            held: None,
        }
    }

    /// The same after a look into the function's store, where this thread may wait for one.
    #[cfg(feature = "store")]
    pub(crate) fn or_stored(miss: Miss<&'static Cache<K, V>>) -> Result<V, Self> {
        match calls::ask(miss) {
            Next::Answer(value) => Ok(value),
            Next::Run(miss, held) => Err(Self {
                miss: Proved::of_a_memo(Some(miss)),
                held,
            }),
        }
    }

    /// Of a refresh, which begins in the function's store as well.
    pub(crate) fn of_refresh(miss: Option<Miss<&'static Cache<K, V>>>) -> Self {
        #[cfg(feature = "store")]
        if let Some(miss) = miss {
            let (miss, held) = calls::begin_refresh(miss);
            let miss = Proved::of_a_memo(Some(miss));
            return Self { miss, held };
        }
        Self::of(miss)
    }

    /// The body has given this: it is stored, if it is to be stored.
    pub fn finish(self, value: V) -> V {
        let Some(miss) = self.miss.into_inner() else {
            return value;
        };
        #[cfg(feature = "store")]
        if let Some(held) = self.held {
            return held.finish(miss, value);
        }
        miss.finish(value)
    }

    /// Runs the body of an async function: the result is stored, if it is to be stored. A future that
    /// is dropped gives the computation up.
    pub fn run(mut self, body: impl Future<Output = V>) -> impl Future<Output = V> {
        let node = self.miss.get_mut().as_mut().and_then(Miss::leave);
        async move {
            let mut body = pin!(body);
            #[cfg(feature = "store")]
            {
                let asked = self.miss.get_mut().as_mut().and_then(calls::ask_async);
                if let Some((tier, told)) = asked {
                    let told = told.await;
                    if let Some(value) = self.told(tier, told) {
                        return value;
                    }
                }
            }
            let value = poll_fn(|context| {
                let _inside = waits::enter(node);
                body.as_mut().poll(context)
            })
            .await;
            // What it calls on the way (`cache_if`, ...) may call the function, and is not to wait for this.
            let miss = self.miss.get_mut();
            *miss = miss.take().map(Miss::enter);
            #[cfg(feature = "store")]
            if self.held.is_some() {
                let (value, stored) = self.finish_held(value);
                if let Some(stored) = stored {
                    stored.await;
                }
                return value.into_inner();
            }
            self.finish(value)
        }
    }

    /// The body has given this: also a future that stores it beyond this process, if it is to be stored. Else
    /// there is nothing that anybody waits for with it in his hands.
    #[cfg(feature = "store")]
    fn finish_held(self, value: V) -> (Proved<V>, Option<Later<()>>) {
        match (self.miss.into_inner(), self.held) {
            (Some(miss), Some(held)) => {
                let (value, stored) = held.finish_async(miss, value);
                (Proved::of_a_memo(value), stored)
            }
            _ => (Proved::of_a_memo(value), None),
        }
    }

    /// The store has told this: a result, or the computation goes on.
    #[cfg(feature = "store")]
    fn told(&mut self, tier: &'static Tier<K, V>, told: Told<V>) -> Option<V> {
        let miss = self.miss.get_mut().take()?;
        match calls::next(miss, tier, told) {
            Next::Answer(value) => Some(value),
            Next::Run(miss, held) => {
                *self.miss.get_mut() = Some(miss);
                self.held = held;
                None
            }
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
