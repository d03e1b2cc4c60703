//! A computation that others are compared with, and wait for: on a thread that sleeps, or in a future
//! whose waker is kept. Both kinds may wait for the same one.
//!
//! Every wait ends: with the answer, when the computation is abandoned (one of those who waited begins
//! it anew, the others join that), when it would close a cycle (`waits.rs`), or when it has lasted too
//! long. Clones of values and wakes run without the lock.

use crate::background::quietly;
use crate::sync::{Condvar, Mutex};
use crate::timer;
use crate::waits::{self, Node};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

/// Longest wait of who is in a computation himself: whatever that holds up may be what the other one
/// waits for, where nobody can see it.
pub(crate) const MAX_WAIT_INSIDE: Duration = Duration::from_millis(10);

pub(crate) struct Joined<K, V> {
    pub(crate) key: K,
    pub(crate) node: Node,
    state: Mutex<State<V>>,
    changed: Condvar,
}

struct State<V> {
    end: Option<End<V>>,
    wakers: BTreeMap<u64, Waker>,
    next: u64,
}

/// How a computation has ended, for those who wait.
enum End<V> {
    Answer(Arc<V>),
    /// Its result can't be shared.
    Unshared,
    /// It panicked, or was dropped.
    Abandoned,
}

impl<V> Clone for End<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Answer(value) => Self::Answer(Arc::clone(value)),
            Self::Unshared => Self::Unshared,
            Self::Abandoned => Self::Abandoned,
        }
    }
}

/// What a call has to do: at first, and after it has waited.
pub(crate) enum Turn<V> {
    /// Look, and join whoever computes.
    Join,
    /// Compute, whoever else does.
    Alone,
    /// Give this.
    Answer(Arc<V>),
}

impl<V> End<V> {
    fn turn(self) -> Turn<V> {
        match self {
            Self::Answer(value) => Turn::Answer(value),
            // At once, and not one after the other.
            Self::Unshared => Turn::Alone,
            Self::Abandoned => Turn::Join,
        }
    }
}

/// How long a call may wait, in all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    longest: Duration,
    until: Option<Instant>,
}

impl Patience {
    pub(crate) fn new(longest: Duration) -> Self {
        let until = None;
        Self { longest, until }
    }

    /// When the wait that begins now ends at the latest; none: never.
    fn until(&mut self) -> Option<Instant> {
        if self.until.is_none() {
            let longest = if waits::is_inside() {
                self.longest.min(MAX_WAIT_INSIDE)
            } else {
                self.longest
            };
            self.until = Instant::now().checked_add(longest);
        }
        self.until
    }
}

impl<K, V> Joined<K, V> {
    pub(crate) fn new(key: K, node: Node) -> Self {
        let state = State {
            end: None,
            wakers: BTreeMap::new(),
            next: 0,
        };
        Self {
            key,
            node,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn end(&self, end: End<V>) {
        let wakers = {
            let mut state = self.state.lock();
            if state.end.is_some() {
                return;
            }
            state.end = Some(end);
            std::mem::take(&mut state.wakers)
        };
        self.changed.notify_all();
        for waker in wakers.into_values() {
            // An executor's panic is neither the next one's nor the computation's.
            quietly(|| waker.wake());
        }
    }

    /// The computation has given this, or what can't be shared.
    pub(crate) fn land(&self, answer: Option<V>) {
        self.end(answer.map_or(End::Unshared, |value| End::Answer(Arc::new(value))));
    }

    /// The computation was given up.
    pub(crate) fn abandon(&self) {
        self.end(End::Abandoned);
    }

    /// Waits on this thread.
    pub(crate) fn block(&self, patience: &mut Patience) -> Turn<V> {
        let Ok(_seen) = waits::begin(self.node) else {
            return Turn::Alone;
        };
        let until = patience.until();
        let mut state = self.state.lock();
        loop {
            if let Some(end) = &state.end {
                return end.clone().turn();
            }
            let late;
            (state, late) = self.changed.wait_until(state, until);
            if late {
                let end = state.end.clone();
                return end.map_or(Turn::Alone, End::turn);
            }
        }
    }

    /// The end, or this waker is woken when it comes.
    fn poll(&self, place: &mut Option<u64>, waker: &Waker) -> Option<End<V>> {
        // Wakers are the executor's code: cloned before, dropped after the lock.
        let waker = waker.clone();
        let _old = {
            let mut state = self.state.lock();
            if let Some(end) = &state.end {
                return Some(end.clone());
            }
            let place = *place.get_or_insert(state.next);
            state.next = state.next.max(place + 1);
            state.wakers.insert(place, waker)
        };
        None
    }

    fn forget(&self, place: u64) {
        let _old = self.state.lock().wakers.remove(&place);
    }
}

/// A wait that holds no thread. Leaves no trace if it is dropped.
pub(crate) struct Waiting<K, V> {
    joined: Arc<Joined<K, V>>,
    patience: Patience,
    begun: Option<Begun>,
    place: Option<u64>,
}

struct Begun {
    _seen: Option<waits::Seen>,
    alarm: Option<timer::Alarm>,
    until: Option<Instant>,
}

impl<K, V> Waiting<K, V> {
    pub(crate) fn new(joined: Arc<Joined<K, V>>, patience: Patience) -> Self {
        Self {
            joined,
            patience,
            begun: None,
            place: None,
        }
    }
}

// Nothing in here is pinned.
impl<K, V> Unpin for Waiting<K, V> {}

impl<K, V> Future for Waiting<K, V> {
    type Output = (Turn<V>, Patience);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if this.begun.is_none() {
            let Ok(seen) = waits::begin(this.joined.node) else {
                return Poll::Ready((Turn::Alone, this.patience));
            };
            this.begun = Some(Begun {
                _seen: seen,
                alarm: None,
                until: this.patience.until(),
            });
        }
        if let Some(end) = this.joined.poll(&mut this.place, context.waker()) {
            return Poll::Ready((end.turn(), this.patience));
        }
        if let Some(Begun { alarm, until, .. }) = &mut this.begun {
            let Some(until) = *until else {
                return Poll::Pending;
            };
            if until <= Instant::now() {
                return Poll::Ready((Turn::Alone, this.patience));
            }
            *alarm = timer::wake_at(until, context.waker(), alarm.take());
        }
        Poll::Pending
    }
}

impl<K, V> Drop for Waiting<K, V> {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.joined.forget(place);
        }
    }
}
