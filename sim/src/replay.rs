//! Replays traces through caches.

use crate::belady::{CHUNK, Future};
use crate::bound::Bound;
use crate::contender::Contender;
use crate::progress::Progress;
use crate::trace::Trace;
use foldhash::fast::FixedState;
use memofn::{Cache, Policy};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock, PoisonError, mpsc};

/// A trace, and what its accesses weigh.
pub(crate) struct Load {
    pub(crate) trace: Trace,
    pub(crate) sizes: Option<Vec<u64>>,
    future: OnceLock<Future>,
}

impl Load {
    pub(crate) fn new(trace: Trace, sizes: Option<Vec<u64>>) -> Self {
        let future = OnceLock::new();
        Self {
            trace,
            sizes,
            future,
        }
    }

    fn size(&self, at: usize) -> u64 {
        self.sizes.as_ref().map_or(0, |sizes| sizes[at])
    }

    /// What all accesses weigh.
    pub(crate) fn bytes(&self) -> u64 {
        self.sizes
            .iter()
            .flatten()
            .fold(0, |sum, size| sum.saturating_add(*size))
    }
}

/// One replay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    /// Which of the loads.
    pub(crate) load: usize,
    pub(crate) bound: Bound,
    pub(crate) contender: Contender,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hits {
    pub(crate) count: u64,
    /// What the accesses weigh that hit.
    pub(crate) bytes: u64,
}

/// Does all jobs, on all cores: the hits of each, in their order.
pub(crate) fn run(loads: &[Load], jobs: &[Job], seed: u64) -> Vec<Hits> {
    let accesses = |job: &Job| loads[job.load].trace.keys.len() as u64;
    let progress = Progress::new(jobs.iter().map(accesses).sum());
    let results = Mutex::new(vec![Hits::default(); jobs.len()]);
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (working, workers) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..cores.min(jobs.len()) {
            let working = working.clone();
            let (progress, results, next) = (&progress, &results, &next);
            scope.spawn(move || {
                // Dropped when this worker has done its last.
                let _working = working;
                while let Some((at, job)) = next_of(jobs, next) {
                    let hits = replay(&loads[job.load], job, seed, progress);
                    results.lock().unwrap_or_else(PoisonError::into_inner)[at] = hits;
                }
            });
        }
        drop(working);
        progress.show(&workers);
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn next_of<'j>(jobs: &'j [Job], next: &AtomicUsize) -> Option<(usize, &'j Job)> {
    let at = next.fetch_add(1, Relaxed);
    jobs.get(at).map(|job| (at, job))
}

fn replay(load: &Load, job: &Job, seed: u64, progress: &Progress) -> Hits {
    match (job.contender, &load.sizes) {
        (Contender::Opt, _) => {
            let capacity = job.bound.capacity.unwrap_or(usize::MAX);
            let future = load.future.get_or_init(|| Future::of(&load.trace.keys));
            let mut hits = Hits::default();
            let hit = |at| hits.add(load.size(at));
            future.replay(capacity, hit, |accesses| progress.add(accesses));
            hits
        }
        // They come from a file.
        (Contender::Other(_), _) => Hits::default(),
        (Contender::Own(policy), None) => {
            let cache = cache(policy, job.bound, seed, None::<fn(&()) -> u64>);
            through(&cache, load, |_| (), progress)
        }
        (Contender::Own(policy), Some(sizes)) => {
            // An entry weighs what it weighed when it was stored.
            let cache = cache(policy, job.bound, seed, Some(|size: &u64| *size));
            through(&cache, load, |at| sizes[at], progress)
        }
    }
}

/// The library's cache, with the settings that an attribute would give it; and what is random in it
/// repeatable.
fn cache<V: Clone + Send + Sync + 'static>(
    policy: Policy,
    bound: Bound,
    seed: u64,
    weigh: Option<impl Fn(&V) -> u64 + Send + Sync + 'static>,
) -> Cache<u64, V> {
    let mut builder = Cache::builder()
        .policy(policy)
        .hasher(FixedState::with_seed(seed))
        .seed(seed)
        // One thread: nobody to wait for.
        .single_flight(false);
    if policy == Policy::Unbounded {
        return builder.build();
    }
    if let Some(capacity) = bound.capacity {
        builder = builder.capacity(capacity);
    }
    if let Some((max_weight, weigh)) = bound.max_weight.zip(weigh) {
        builder = builder
            .max_weight(max_weight)
            .weight(move |_, value| weigh(value));
    }
    builder.build()
}

fn through<V: Clone + Send + Sync + 'static>(
    cache: &Cache<u64, V>,
    load: &Load,
    value: impl Fn(usize) -> V,
    progress: &Progress,
) -> Hits {
    let mut hits = Hits::default();
    let mut at = 0;
    for keys in load.trace.keys.chunks(CHUNK) {
        for key in keys {
            let mut hit = true;
            cache.get_or_insert_with(key, || {
                hit = false;
                value(at)
            });
            if hit {
                hits.add(load.size(at));
            }
            at += 1;
        }
        progress.add(keys.len());
    }
    hits
}

impl Hits {
    fn add(&mut self, bytes: u64) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }
}
