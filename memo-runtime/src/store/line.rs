//! How an engine is asked: by blocking calls or by futures, within the time it has, and not at all where it is
//! out of reach. Whatever goes wrong there, the caller goes on without it.
//!
//! All that is done with stores is written once, as async functions over a [`Line`]. In the way of
//! [`Way::Blocking`] nothing in them is ever pending, and [`at_once`] runs them.

use super::breaker::Breaker;
use super::budget::{Budget, within};
use super::owed::Owed;
use super::{AsyncStore, Capabilities, Store, StoreError, StoreErrorKind, StoreFuture, settings};
use crate::events::Name;
use crate::{clock, timer};
use parking_lot::Mutex;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Longer times can't be told from this one, and might not be added to the present.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3_600);

/// How an engine is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// This thread waits.
    Blocking,
    /// A future does.
    Awaiting,
}

/// It was counted. The function is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Nothing was done.
    Refused,
    /// Something may have been done, and the answer was lost.
    Unknown,
}

/// A function's line to its engine.
pub(crate) struct Line {
    store: &'static dyn Store,
    /// Of the function's cache.
    name: Name,
    /// The same, where the function is async.
    awaited: Option<&'static dyn AsyncStore>,
    breaker: &'static Breaker,
    pub(crate) capabilities: Capabilities,
    errors: AtomicU64,
    pub(crate) owed: Owed,
    /// In an isolation: what stands in for the store.
    #[cfg(feature = "test-util")]
    stand_in: Option<&'static super::Memory>,
}

impl Line {
    pub(crate) fn new(
        store: &'static dyn Store,
        awaited: Option<&'static dyn AsyncStore>,
        name: Name,
    ) -> Self {
        Self {
            store,
            name,
            awaited,
            breaker: breaker_of(store),
            capabilities: store.capabilities(),
            errors: AtomicU64::new(0),
            owed: Owed::default(),
            #[cfg(feature = "test-util")]
            stand_in: None,
        }
    }

    /// For an isolation: to a store that nobody else has.
    #[cfg(feature = "test-util")]
    pub(crate) fn isolated(&self) -> Self {
        let memory: &'static super::Memory = Box::leak(Box::default());
        let awaited = self.awaited.map(|_| memory as &dyn AsyncStore);
        Self {
            stand_in: Some(memory),
            ..Self::new(memory, awaited, self.name)
        }
    }

    /// As it was made, if it is one.
    #[cfg(feature = "test-util")]
    pub(crate) fn reset(&self) {
        self.zero_errors();
        if let Some(memory) = self.stand_in {
            memory.clear();
        }
    }

    pub(crate) fn store(&self) -> &'static dyn Store {
        self.store
    }

    /// The time for all that a call asks.
    pub(crate) fn budget(&self, way: Way) -> Budget {
        let own = self.capabilities.longest_wait();
        Budget::new(way, own.unwrap_or_else(|| settings().timeout).min(LONGEST))
    }

    /// How calls of the function ask.
    pub(crate) fn way(&self) -> Way {
        if self.awaited.is_some() {
            Way::Awaiting
        } else {
            Way::Blocking
        }
    }

    pub(crate) fn errors(&self) -> u64 {
        self.errors.load(Relaxed)
    }

    /// Something went wrong.
    pub(crate) fn count_error(&self) {
        self.errors.fetch_add(1, Relaxed);
    }

    pub(crate) fn zero_errors(&self) {
        self.errors.store(0, Relaxed);
    }

    pub(crate) async fn get(
        &self,
        budget: &mut Budget,
        key: &str,
    ) -> Result<Option<Vec<u8>>, Failed> {
        let blocking = |store: &'static dyn Store| store.get(key);
        self.ask(budget, blocking, |store| store.get_async(key))
            .await
    }

    pub(crate) async fn claim(
        &self,
        budget: &mut Budget,
        key: &str,
        token: &[u8],
        lease: Duration,
    ) -> Result<bool, Failed> {
        let blocking = |store: &'static dyn Store| store.claim(key, token, lease);
        self.ask(budget, blocking, |store| {
            store.claim_async(key, token, lease)
        })
        .await
    }

    pub(crate) async fn fill(
        &self,
        budget: &mut Budget,
        key: &str,
        token: &[u8],
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<bool, Failed> {
        let blocking = |store: &'static dyn Store| store.fill(key, token, value, ttl);
        self.ask(budget, blocking, |store| {
            store.fill_async(key, token, value, ttl)
        })
        .await
    }

    pub(crate) async fn put(
        &self,
        budget: &mut Budget,
        key: &str,
        value: &[u8],
        ttl: Option<Duration>,
    ) -> Result<(), Failed> {
        let blocking = |store: &'static dyn Store| store.put(key, value, ttl);
        self.ask(budget, blocking, |store| store.put_async(key, value, ttl))
            .await
    }

    pub(crate) async fn remove(&self, budget: &mut Budget, key: &str) -> Result<bool, Failed> {
        let blocking = |store: &'static dyn Store| store.remove(key);
        self.ask(budget, blocking, |store| store.remove_async(key))
            .await
    }

    pub(crate) async fn remove_if(
        &self,
        budget: &mut Budget,
        key: &str,
        held: &[u8],
    ) -> Result<bool, Failed> {
        let blocking = |store: &'static dyn Store| store.remove_if(key, held);
        self.ask(budget, blocking, |store| store.remove_if_async(key, held))
            .await
    }

    pub(crate) async fn announce(&self, budget: &mut Budget, key: &str) -> Result<(), Failed> {
        let blocking = |store: &'static dyn Store| store.announce(key);
        self.ask(budget, blocking, |store| store.announce_async(key))
            .await
    }

    /// `'o`: as long as what is asked with is borrowed.
    async fn ask<'o, T>(
        &self,
        budget: &mut Budget,
        blocking: impl FnOnce(&'static dyn Store) -> Result<T, StoreError>,
        awaited: impl FnOnce(&'o dyn AsyncStore) -> StoreFuture<'o, T>,
    ) -> Result<T, Failed> {
        // The time first: who has none left is no probe.
        let granted = budget
            .left()
            .and_then(|time| Some((time, self.breaker.ask()?)));
        let Some((time, leave)) = granted else {
            self.count_error();
            return Err(Failed::Refused);
        };
        let begun = clock::now();
        let answer = match self.awaited.filter(|_| budget.way == Way::Awaiting) {
            None => within(time, || {
                catch_unwind(AssertUnwindSafe(|| blocking(self.store)))
                    .unwrap_or_else(|_| Err(panicked()))
            }),
            Some(store) => {
                Timed {
                    future: awaited(store),
                    until: Instant::now() + time,
                    alarm: None,
                }
                .await
            }
        };
        let took = Duration::from_nanos(clock::now().saturating_sub(begun));
        budget.spend(took);
        match &answer {
            Err(error) if error.kind() == StoreErrorKind::Timeout && !budget.tells(time) => {
                drop(leave);
            }
            Err(error) if error.kind().is_out_of_reach() => leave.failed(),
            // A blocking call can't be broken off; but there need not be many of them.
            _ if budget.is_exceeded_by(took) => leave.failed(),
            _ => leave.answered(),
        }
        if answer.is_ok() {
            self.owed.answered();
        }
        answer.map_err(|error| {
            self.count_error();
            self.name.tell_of_failure(&error);
            match error.kind().is_out_of_reach() {
                true => Failed::Unknown,
                false => Failed::Refused,
            }
        })
    }
}

fn panicked() -> StoreError {
    StoreError::new(StoreErrorKind::Refused, "the engine panicked")
}

/// The breaker of an engine.
fn breaker_of(store: &'static dyn Store) -> &'static Breaker {
    static ALL: Mutex<Vec<(usize, &'static Breaker)>> = Mutex::new(Vec::new());
    let address = std::ptr::from_ref(store).cast::<()>().addr();
    let mut all = ALL.lock();
    if let Some((_, breaker)) = all.iter().find(|(other, _)| *other == address) {
        return breaker;
    }
    let breaker: &'static Breaker = Box::leak(Box::new(Breaker::new()));
    all.push((address, breaker));
    breaker
}

/// An operation that has so much time, and is not to panic.
struct Timed<'o, T> {
    future: StoreFuture<'o, T>,
    until: Instant,
    alarm: Option<timer::Alarm>,
}

impl<T> Future for Timed<'_, T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.future.as_mut().poll(context)));
        match polled {
            Err(_) => return Poll::Ready(Err(panicked())),
            Ok(Poll::Ready(answer)) => return Poll::Ready(answer),
            Ok(Poll::Pending) => {}
        }
        if Instant::now() >= self.until {
            let late = StoreError::new(StoreErrorKind::Timeout, "the time is over");
            return Poll::Ready(Err(late));
        }
        self.alarm = timer::wake_at(self.until, context.waker(), self.alarm.take());
        Poll::Pending
    }
}

/// Waits.
pub(crate) async fn sleep(way: Way, time: Duration) {
    struct Sleep(Instant, Option<timer::Alarm>);
    impl Future for Sleep {
        type Output = ();
        fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            if Instant::now() >= self.0 {
                return Poll::Ready(());
            }
            let before = self.1.take();
            self.1 = timer::wake_at(self.0, context.waker(), before);
            Poll::Pending
        }
    }
    match way {
        Way::Blocking => std::thread::sleep(time),
        Way::Awaiting => Sleep(Instant::now() + time, None).await,
    }
}

/// Runs what is never pending.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("in the blocking way nothing is pending"),
    }
}
