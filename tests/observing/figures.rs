//! `memofn::metrics::publish()`.

use crate::alone;
use memofn::memoize;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use metrics_util::{CompositeKey, MetricKind};
use std::collections::BTreeMap;

/// A recorder that is asked for what it was given of one cache.
struct Recorder {
    recorder: DebuggingRecorder,
    snapshots: Snapshotter,
}

impl Recorder {
    fn new() -> Self {
        let recorder = DebuggingRecorder::new();
        let snapshots = recorder.snapshotter();
        Self {
            recorder,
            snapshots,
        }
    }

    fn publish(&self) {
        metrics::with_local_recorder(&self.recorder, memofn::metrics::publish);
    }

    /// What is published of a cache, by name, without the prefix that all have.
    fn figures(&self, cache: &str) -> BTreeMap<String, f64> {
        let all = self.snapshots.snapshot().into_vec();
        let of_cache = |key: &CompositeKey| {
            let labels: Vec<_> = key.key().labels().collect();
            assert!(matches!(labels[..], [label] if label.key() == "cache"));
            labels[0].value() == cache
        };
        let figure = |(key, _, _, value): (CompositeKey, _, _, DebugValue)| {
            let name = key.key().name().strip_prefix("memofn_").unwrap().to_owned();
            let is_counter = key.kind() == MetricKind::Counter;
            assert_eq!(is_counter, name.ends_with("_total"), "{name}");
            let value = match value {
                DebugValue::Counter(value) => value as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(_) => panic!("{name} is a histogram"),
            };
            (name, value)
        };
        let all = all.into_iter().filter(|(key, ..)| of_cache(key));
        all.map(figure).collect()
    }
}

fn expected<const N: usize>(figures: [(&str, f64); N]) -> BTreeMap<String, f64> {
    figures
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[memoize(capacity = 2, name = "fallible")]
fn fallible(n: u32) -> Result<u32, String> {
    if n == 0 {
        Err("zero".to_owned())
    } else {
        Ok(n)
    }
}

#[test]
fn all_that_is_counted() {
    let _alone = alone();
    let recorder = Recorder::new();
    recorder.publish();
    assert_eq!(recorder.figures("fallible"), expected([]), "not used yet");
    for n in [1, 1, 0, 2, 3, 3, 3] {
        let _ = fallible(n);
    }
    recorder.publish();
    let mut figures = recorder.figures("fallible");
    let seconds = figures.remove("compute_seconds").unwrap();
    assert_eq!(seconds, fallible_cache_info().compute_time.as_secs_f64());
    let figures_then = [
        ("hits_total", 3.0),
        ("misses_total", 4.0),
        ("coalesced_total", 0.0),
        ("evictions_total", 1.0),
        ("expirations_total", 0.0),
        ("errors_total", 1.0),
        ("entries", 2.0),
        ("capacity_entries", 2.0),
    ];
    assert_eq!(figures, expected(figures_then));
    fallible_cache().set_capacity(1);
    let _ = fallible(3);
    recorder.publish();
    let mut figures = recorder.figures("fallible");
    figures.remove("compute_seconds");
    let now = [
        ("hits_total", 4.0),
        ("misses_total", 4.0),
        ("coalesced_total", 0.0),
        ("evictions_total", 2.0),
        ("expirations_total", 0.0),
        ("errors_total", 1.0),
        ("entries", 1.0),
        ("capacity_entries", 1.0),
    ];
    assert_eq!(figures, expected(now));
}

#[memoize(max_weight = "1KiB", weight = |key, _| u64::from(*key), name = "weighed")]
fn weighed(n: u32) -> u32 {
    n
}

#[test]
fn weights_where_they_are_bounded() {
    let _alone = alone();
    (100..=103).for_each(|n| assert_eq!(weighed(n), n));
    let recorder = Recorder::new();
    recorder.publish();
    let figures = recorder.figures("weighed");
    assert_eq!((figures["weight"], figures["max_weight"]), (406.0, 1024.0));
    assert_eq!(figures["entries"], 4.0);
    assert!(!figures.contains_key("capacity_entries"));
}

#[memoize(name = "cleared")]
fn cleared(n: u32) -> u32 {
    n
}

/// A counter that falls would be taken for a new process.
#[test]
fn clearing_lets_no_counter_fall() {
    let _alone = alone();
    let recorder = Recorder::new();
    let counts = || {
        recorder.publish();
        let figures = recorder.figures("cleared");
        (
            figures["misses_total"],
            figures["hits_total"],
            figures["entries"],
        )
    };
    let _ = [1, 2, 3, 3, 3, 3].map(cleared);
    assert_eq!(counts(), (3.0, 3.0, 3.0));
    cleared_cache_clear();
    cleared(1);
    assert_eq!(counts(), (4.0, 3.0, 1.0));
    assert_eq!(counts(), (4.0, 3.0, 1.0));
    cleared(1);
    cleared_cache_clear();
    assert_eq!(counts(), (4.0, 3.0, 0.0), "what nobody read is gone");
    cleared(1);
    assert_eq!(counts(), (5.0, 3.0, 1.0));
}

struct Shape<const SIDES: u32>;

impl<const SIDES: u32> Shape<SIDES> {
    #[memoize(skip(self), capacity = 10, name = "sides")]
    fn sides(&self, times: u32) -> u32 {
        times * SIDES
    }
}

#[test]
fn instances_are_summed_up() {
    let _alone = alone();
    Shape::<3>.sides(1);
    (1..=4).for_each(|n| assert_eq!(Shape::<4>.sides(n), 4 * n));
    Shape::<4>.sides(1);
    let recorder = Recorder::new();
    let counts = || {
        recorder.publish();
        let figures = recorder.figures("sides");
        ["misses_total", "hits_total", "entries", "capacity_entries"].map(|name| figures[name])
    };
    assert_eq!(counts(), [5.0, 1.0, 5.0, 20.0]);
    Shape::<4>::sides_cache_clear();
    Shape::<3>.sides(2);
    assert_eq!(counts(), [6.0, 1.0, 2.0, 20.0]);
}

#[memoize(scope = "thread", name = "of thread")]
fn of_thread(n: u32) -> u32 {
    n
}

#[test]
fn caches_of_threads_are_left_out() {
    let _alone = alone();
    of_thread(1);
    let recorder = Recorder::new();
    recorder.publish();
    assert_eq!(recorder.figures("of thread"), expected([]));
}

#[memoize(name = "described")]
fn described(n: u32) -> u32 {
    n
}

#[test]
fn everything_is_described() {
    let _alone = alone();
    described(1);
    let recorder = Recorder::new();
    recorder.publish();
    for (key, unit, description, _) in recorder.snapshots.snapshot().into_vec() {
        let name = key.key().name();
        assert!(description.is_some(), "{name}");
        assert_eq!(unit.is_some(), name == "memofn_compute_seconds", "{name}");
    }
}

/// A destructor on the way that publishes leaves it to who is at it.
#[test]
fn publishing_may_be_nested() {
    #[derive(Clone)]
    struct Publishes;
    impl Drop for Publishes {
        fn drop(&mut self) {
            memofn::metrics::publish();
        }
    }
    #[memoize(ttl = "1h", name = "nested")]
    fn nested(_n: u32) -> Publishes {
        Publishes
    }
    let _alone = alone();
    std::mem::forget(nested(1));
    memofn::testing::advance(std::time::Duration::from_secs(3_600));
    let recorder = Recorder::new();
    recorder.publish();
    let figures = recorder.figures("nested");
    assert_eq!(
        (figures["expirations_total"], figures["entries"]),
        (1.0, 0.0)
    );
}
