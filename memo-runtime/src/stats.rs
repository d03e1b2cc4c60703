//! A cache's counters: relaxed, each call adds to one of them once.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct Stats {
    hits: AtomicU64,
    misses: AtomicU64,
    evictions: AtomicU64,
    expirations: AtomicU64,
    errors: AtomicU64,
    compute_nanos: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) evictions: u64,
    pub(crate) expirations: u64,
    pub(crate) errors: u64,
    pub(crate) compute_time: Duration,
}

impl Stats {
    #[inline]
    pub(crate) fn hit(&self) {
        self.hits.fetch_add(1, Relaxed);
    }

    pub(crate) fn missed(&self) {
        self.misses.fetch_add(1, Relaxed);
    }

    pub(crate) fn evicted(&self) {
        self.evictions.fetch_add(1, Relaxed);
    }

    pub(crate) fn expired(&self) {
        self.expirations.fetch_add(1, Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.errors.fetch_add(1, Relaxed);
    }

    pub(crate) fn computed(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.compute_nanos.fetch_add(nanos, Relaxed);
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            hits: self.hits.load(Relaxed),
            misses: self.misses.load(Relaxed),
            evictions: self.evictions.load(Relaxed),
            expirations: self.expirations.load(Relaxed),
            errors: self.errors.load(Relaxed),
            compute_time: Duration::from_nanos(self.compute_nanos.load(Relaxed)),
        }
    }

    pub(crate) fn zero(&self) {
        let Self {
            hits,
            misses,
            evictions,
            expirations,
            errors,
            compute_nanos,
        } = self;
        for counter in [hits, misses, evictions, expirations, errors, compute_nanos] {
            counter.store(0, Relaxed);
        }
    }
}
