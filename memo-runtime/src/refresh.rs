//! `refresh_after`: a hit past that age has the value computed again, while it and those after it get
//! the old one.
//!
//! The first of these hits claims the refresh by moving its time on by `refresh_after`: so one that
//! comes to nothing is tried again after that long. A claim is lost where the key's last refresh hasn't
//! ended, or too many others haven't. A sync body is run by a thread of [`background`]; an async one is
//! polled by later calls when it is woken, by one of them at a time.
//!
//! A refresh is a computation like others, which `clear`, `remove`, `insert` and another refresh fence
//! off, but no call: nobody waits for it, nor for what it begins while calls poll it, and it isn't
//! counted. An `Err` changes nothing.

use crate::arena::{Column, Pin};
use crate::background::{self, Work, quietly};
use crate::builder::Recompute;
use crate::cache::Cache;
use crate::clock::Nanos;
use crate::flight::FlightId;
use crate::miss::Miss;
use crate::scope::Scope;
use crate::sync::Ordering::Relaxed;
use crate::waits::{self, Node};
use parking_lot::Mutex;
use std::cell::Cell;
use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Most refreshes of one cache that haven't ended.
const UNDERWAY: usize = 1024;
/// Most that one call polls.
const POLLS: usize = 4;

type BoxedFuture<V> = std::pin::Pin<Box<dyn Future<Output = V> + Send>>;

/// The refreshes of one cache.
pub(crate) struct Refresher<K, V> {
    /// The hashes of the keys whose refresh hasn't ended.
    underway: Mutex<HashSet<u64>>,
    jobs: Jobs<K, V>,
}

/// Those that wait.
enum Jobs<K, V> {
    /// For a thread.
    Sync {
        compute: fn(&K) -> V,
        owner: &'static dyn Work,
        waiting: Mutex<VecDeque<Job<K>>>,
    },
    /// For their next poll.
    Async {
        compute: fn(K) -> BoxedFuture<V>,
        waiting: Mutex<VecDeque<Polled<K, V>>>,
        /// Is that due for any of them?
        due: Arc<AtomicBool>,
    },
}

/// A refresh that has been claimed.
pub(crate) struct Job<K> {
    pub(crate) hash: u64,
    pub(crate) key: K,
    pub(crate) flight: FlightId,
    pub(crate) node: Node,
    /// When the entry was stored that is to be replaced.
    pub(crate) stored: u64,
}

struct Polled<K, V> {
    job: Job<K>,
    future: BoxedFuture<V>,
    woken: Arc<Woken>,
}

struct Woken {
    this: AtomicBool,
    any: Arc<AtomicBool>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.this.store(true, Ordering::Release);
        self.any.store(true, Ordering::Release);
    }
}

/// A key's refresh: over when this is dropped.
struct Underway<'r> {
    all: &'r Mutex<HashSet<u64>>,
    hash: u64,
}

impl<'r> Underway<'r> {
    fn begin(all: &'r Mutex<HashSet<u64>>, hash: u64) -> Option<Self> {
        let mut hashes = all.lock();
        let begins = hashes.len() < UNDERWAY && hashes.insert(hash);
        drop(hashes);
        begins.then(|| Self { all, hash })
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.all.lock().remove(&self.hash);
    }
}

impl<K, V> Refresher<K, V> {
    /// `owner` does the work of a sync one.
    pub(crate) fn new(compute: Recompute<K, V>, owner: &'static dyn Work) -> Self {
        let jobs = match compute {
            Recompute::Sync(compute) => Jobs::Sync {
                compute,
                owner,
                waiting: Mutex::default(),
            },
            Recompute::Async(compute) => Jobs::Async {
                compute,
                waiting: Mutex::default(),
                due: Arc::default(),
            },
        };
        let underway = Mutex::default();
        Self { underway, jobs }
    }

    /// A claimed refresh begins, if it can.
    fn begin<S: Scope>(&self, cache: &Cache<K, V, S>, entry: &Pin<'_, K, V>, hash: u64) {
        let Some(underway) = Underway::begin(&self.underway, hash) else {
            self.urge(hash);
            return;
        };
        let key = cache.keys.copy(&entry.key);
        match &self.jobs {
            Jobs::Sync { owner, waiting, .. } => {
                let Some(job) = cache.begin_job(entry, hash, key) else {
                    return;
                };
                let mut waiting = waiting.lock();
                if !background::submit(*owner) {
                    drop(waiting);
                    drop(Miss::in_background(cache, job));
                    return;
                }
                waiting.push_back(job);
            }
            Jobs::Async {
                compute,
                waiting,
                due,
            } => {
                let future = compute(cache.keys.copy(&key));
                let Some(job) = cache.begin_job(entry, hash, key) else {
                    return;
                };
                let woken = Arc::new(Woken {
                    this: AtomicBool::new(true),
                    any: Arc::clone(due),
                });
                waiting.lock().push_back(Polled { job, future, woken });
                due.store(true, Ordering::Release);
            }
        }
        // Until the job is done.
        std::mem::forget(underway);
        cache.name.tell_of_refresh();
    }

    /// Has a refresh polled that has taken as long as it takes to be due again: it may have been fenced
    /// off, or whoever was to wake it may be gone.
    fn urge(&self, hash: u64) {
        if let Jobs::Async { waiting, due, .. } = &self.jobs {
            let waiting = waiting.lock();
            if let Some(slow) = waiting.iter().find(|polled| polled.job.hash == hash) {
                slow.woken.this.store(true, Ordering::Release);
                due.store(true, Ordering::Release);
            }
        }
    }
}

impl<K, V, S: Scope> Cache<K, V, S> {
    /// After a hit: has the value computed again if it is time.
    #[inline(always)]
    pub(crate) fn refresh_if_due(&self, entry: &Pin<'_, K, V>, hash: u64, now: Nanos) {
        let refresh_at = entry.meta(self.arena.shape()).column(Column::RefreshAt);
        if refresh_at.is_some_and(|refresh_at| refresh_at.load(Relaxed) <= now) {
            self.claim_refresh(entry, hash);
        }
    }

    #[cold]
    #[inline(never)]
    fn claim_refresh(&self, entry: &Pin<'_, K, V>, hash: u64) {
        let refresh_at = entry.meta(self.arena.shape()).column(Column::RefreshAt);
        let (Some(refresher), Some(refresh_at)) = (&self.refresher, refresh_at) else {
            return;
        };
        let (now, due) = (self.lifetimes.now(), refresh_at.load(Relaxed));
        let next = now.saturating_add(self.lifetimes.refresh_after);
        let claimed = due <= now
            && refresh_at
                .compare_exchange(due, next, Relaxed, Relaxed)
                .is_ok();
        if claimed {
            // The caller has its answer, and nothing to do with a panic of the key's `Clone`.
            quietly(|| refresher.begin(self, entry, hash));
        }
    }

    /// A refresh of this entry is under way. None: it has been taken out meanwhile, and isn't to come back.
    fn begin_job(&self, entry: &Pin<'_, K, V>, hash: u64, key: K) -> Option<Job<K>> {
        let mut locked = self.arena.lock();
        let (slots, ledger) = locked.parts();
        let meta = slots.meta(entry.id).filter(|_| entry.is_linked());
        let begun = meta.map(|meta| (slots.stored(meta), ledger.flights.begin(hash, None)));
        drop(locked);
        let (stored, (flight, node)) = begun?;
        Some(Job {
            hash,
            key,
            flight,
            node,
            stored,
        })
    }

    /// A refresh that waits is run, by a thread that has nothing else to do.
    pub(crate) fn run_refresh(&self) {
        let Some(refresher) = &self.refresher else {
            return;
        };
        let Jobs::Sync {
            compute, waiting, ..
        } = &refresher.jobs
        else {
            return;
        };
        let job = waiting.lock().pop_front();
        let Some(job) = job else {
            return;
        };
        let (all, hash) = (&refresher.underway, job.hash);
        let underway = Underway { all, hash };
        let miss = Miss::in_background(self, job).enter();
        // Nobody would see the result of one that was fenced off while it waited.
        if let Some(key) = miss.key().filter(|_| miss.may_store()) {
            let value = compute(key);
            // Before anybody sees the value, whose own refresh may be due at once.
            drop(underway);
            drop(miss.finish(value));
        }
    }

    /// Has any refresh not ended?
    #[cfg(feature = "test-util")]
    pub(crate) fn is_refreshing(&self) -> bool {
        let refresher = self.refresher.as_ref();
        refresher.is_some_and(|refresher| !refresher.underway.lock().is_empty())
    }

    /// Gives up the refreshes that wait to be polled, as nobody will.
    #[cfg(feature = "test-util")]
    pub(crate) fn forget_refreshes(&self) {
        let Some(refresher) = &self.refresher else {
            return;
        };
        if let Jobs::Async { waiting, .. } = &refresher.jobs {
            let waiting = std::mem::take(&mut *waiting.lock());
            for Polled { job, future, .. } in waiting {
                let (all, hash) = (&refresher.underway, job.hash);
                drop(Underway { all, hash });
                let miss = Miss::in_background(self, job);
                quietly(move || drop((miss, future)));
            }
        }
    }

    /// A call of an async function polls refreshes whose time has come. Never panics.
    #[inline(always)]
    pub(crate) fn poll_refreshes(&self) {
        if let Some(refresher) = &self.refresher {
            self.poll_some(refresher);
        }
    }

    fn poll_some(&self, refresher: &Refresher<K, V>) {
        std::thread_local! {
            /// Is this thread polling a refresh? What that calls polls no others: nobody knows how
            /// deep that would go.
            static POLLING: Cell<bool> = const { Cell::new(false) };
        }
        let Jobs::Async { waiting, due, .. } = &refresher.jobs else {
            return;
        };
        if !due.load(Relaxed) || POLLING.replace(true) {
            return;
        }
        if due.swap(false, Ordering::AcqRel) {
            for _ in 0..POLLS {
                let next = {
                    let mut waiting = waiting.lock();
                    let woken = |polled: &Polled<K, V>| polled.woken.this.load(Ordering::Acquire);
                    let at = waiting.iter().position(woken);
                    at.and_then(|at| waiting.remove(at))
                };
                let Some(polled) = next else {
                    POLLING.set(false);
                    return;
                };
                if let Some(polled) = self.poll_one(refresher, polled) {
                    let woken = Arc::clone(&polled.woken);
                    waiting.lock().push_back(polled);
                    // By now another call may have looked for it in vain.
                    if woken.this.load(Ordering::Acquire) {
                        due.store(true, Ordering::Release);
                    }
                }
            }
            // There may be more.
            due.store(true, Ordering::Release);
        }
        POLLING.set(false);
    }

    /// Polls a refresh. Gives it back if it isn't done.
    fn poll_one(&self, refresher: &Refresher<K, V>, polled: Polled<K, V>) -> Option<Polled<K, V>> {
        let Polled {
            job,
            mut future,
            woken,
        } = polled;
        let mut result = Ok(Poll::Pending);
        if self.arena.lock().parts().1.flights.may_store(&job.flight) {
            // What the caller computes has nothing to do with it.
            let _inside = waits::enter_apart(job.node);
            woken.this.swap(false, Ordering::AcqRel);
            let waker = Waker::from(Arc::clone(&woken));
            let poll = || future.as_mut().poll(&mut Context::from_waker(&waker));
            result = catch_unwind(AssertUnwindSafe(poll));
            if matches!(result, Ok(Poll::Pending)) {
                return Some(Polled { job, future, woken });
            }
        }
        let (all, hash, node) = (&refresher.underway, job.hash, job.node);
        drop(Underway { all, hash });
        let miss = Miss::in_background(self, job);
        quietly(move || {
            // What is asked of the value may wait, as the body may.
            let _inside = waits::enter_apart(node);
            match result {
                Ok(Poll::Ready(value)) => drop(miss.finish(value)),
                given_up => drop(given_up),
            }
            drop(future);
        });
        None
    }
}
