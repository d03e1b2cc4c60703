//! All caches' statistics for the facade [`metrics`](https://docs.rs/metrics), and so for Prometheus and
//! whatever else it has a recorder for. With the feature `metrics`.
//!
//! Caches count in any case, so nothing is added to calls: [`publish`] reads the counters.

use crate::info::CacheInfo;
use crate::registry::caches;
use ::metrics::{Unit, counter, describe_counter, describe_gauge, gauge};
use parking_lot::Mutex;
use std::collections::BTreeMap;

/// What only grows, and how it is described.
const COUNTERS: [(&str, &str); 6] = [
    (
        "memofn_hits_total",
        "Calls that were answered without running the body.",
    ),
    ("memofn_misses_total", "Calls that ran the body."),
    (
        "memofn_coalesced_total",
        "Hits that waited for another call's computation.",
    ),
    ("memofn_evictions_total", "Entries that left to make room."),
    (
        "memofn_expirations_total",
        "Entries that left because their time was over.",
    ),
    ("memofn_errors_total", "Err results of counted calls."),
];

/// The same, in the order of `COUNTERS`; the last one is the time in bodies, in nanoseconds.
type Counts = [u64; 7];

fn counts(info: &CacheInfo) -> Counts {
    [
        info.hits,
        info.misses,
        info.coalesced,
        info.evictions,
        info.expirations,
        info.errors,
        u64::try_from(info.compute_time.as_nanos()).unwrap_or(u64::MAX),
    ]
}

/// What was read of one cache last, and what it had counted before it was cleared.
#[derive(Default)]
struct Seen {
    last: Counts,
    cleared: Counts,
}

impl Seen {
    /// All that a cache has ever counted: what is published may not fall when it is cleared.
    fn total(&mut self, now: Counts) -> Counts {
        for (at, now) in now.into_iter().enumerate() {
            if now < self.last[at] {
                self.cleared[at] += self.last[at];
            }
        }
        self.last = now;
        std::array::from_fn(|at| self.cleared[at] + now[at])
    }
}

/// By the addresses of caches.
static SEEN: Mutex<BTreeMap<usize, Seen>> = Mutex::new(BTreeMap::new());

/// What all caches of one name are together: instances of a method have the same.
#[derive(Default)]
struct Sum {
    counts: Counts,
    entries: usize,
    weight: u64,
    capacity: Option<f64>,
    max_weight: Option<f64>,
}

/// Gives the statistics of all caches in [`caches`] to the installed recorder. To be called
/// before each scrape, or every few seconds; it takes the lock of each cache for a moment.
///
/// | metric | type | |
/// |---|---|---|
/// | `memofn_hits_total` | counter | calls that were answered without running the body |
/// | `memofn_misses_total` | counter | calls that ran the body |
/// | `memofn_coalesced_total` | counter | hits that waited for another call's computation |
/// | `memofn_evictions_total` | counter | entries that left to make room |
/// | `memofn_expirations_total` | counter | entries that left because their time was over |
/// | `memofn_errors_total` | counter | `Err` results of counted calls |
/// | `memofn_compute_seconds` | gauge | time spent in bodies, all in all; a gauge, since the facade's counters are whole numbers |
/// | `memofn_entries` | gauge | entries stored |
/// | `memofn_capacity_entries` | gauge | most entries, where that is bounded |
/// | `memofn_weight` | gauge | sum of the entries' weights, in bytes unless `weight` says something else; with `max_weight` only |
/// | `memofn_max_weight` | gauge | bound on it |
///
/// Each has the label `cache`, which is the cache's name; caches with the same name, as instances of a
/// method have, are summed up. Clearing a cache doesn't make its counters fall. Caches of functions with
/// `scope = "thread"` are left out, since no thread sees those of others.
///
/// ```
/// use memofn::memoize;
///
/// #[memoize(name = "squares", capacity = 100)]
/// fn square(n: u64) -> u64 {
///     n * n
/// }
///
/// square(3);
/// memofn::metrics::publish(); // memofn_misses_total{cache="squares"} 1
/// ```
pub fn publish() {
    // Who comes meanwhile, from a destructor on the way or from another thread, has it done already.
    let Some(mut seen) = SEEN.try_lock() else {
        return;
    };
    // The caches of a test's isolation are others with the same addresses.
    #[cfg(feature = "test-util")]
    let usual = crate::isolation::listed().is_none();
    #[cfg(not(feature = "test-util"))]
    let usual = true;
    let mut by_name = BTreeMap::<&'static str, Sum>::new();
    for cache in caches().iter().filter(|cache| !cache.is_of_thread()) {
        let info = cache.info();
        let mut total = counts(&info);
        if usual {
            total = seen.entry(cache.address()).or_default().total(total);
        }
        let sum = by_name.entry(cache.name()).or_default();
        for (sum, count) in sum.counts.iter_mut().zip(total) {
            *sum += count;
        }
        sum.entries += info.len;
        sum.weight += info.weight;
        if let Some(capacity) = info.capacity {
            *sum.capacity.get_or_insert(0.0) += capacity as f64;
        }
        if let Some(max_weight) = info.max_weight {
            *sum.max_weight.get_or_insert(0.0) += max_weight as f64;
        }
    }
    describe();
    for (name, sum) in by_name {
        for ((metric, _), count) in COUNTERS.into_iter().zip(sum.counts) {
            counter!(metric, "cache" => name).absolute(count);
        }
        let seconds = sum.counts[6] as f64 / 1e9;
        gauge!("memofn_compute_seconds", "cache" => name).set(seconds);
        gauge!("memofn_entries", "cache" => name).set(sum.entries as f64);
        if let Some(capacity) = sum.capacity {
            gauge!("memofn_capacity_entries", "cache" => name).set(capacity);
        }
        if let Some(max_weight) = sum.max_weight {
            gauge!("memofn_weight", "cache" => name).set(sum.weight as f64);
            gauge!("memofn_max_weight", "cache" => name).set(max_weight);
        }
    }
}

/// The recorder may have been installed since last time.
fn describe() {
    for (name, description) in COUNTERS {
        describe_counter!(name, description);
    }
    describe_gauge!(
        "memofn_compute_seconds",
        Unit::Seconds,
        "Time spent in bodies, all in all."
    );
    describe_gauge!("memofn_entries", "Entries stored.");
    describe_gauge!("memofn_capacity_entries", "Most entries.");
    describe_gauge!("memofn_weight", "Sum of the entries' weights.");
    describe_gauge!("memofn_max_weight", "Bound on the sum of weights.");
}
