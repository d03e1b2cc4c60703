//! Expressions as options need not be constant; they are evaluated once per cache, at first use.
#![deny(warnings, unused)]
use memofn::{Policy, memoize};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

const CAPACITY: usize = 3;
const TTL: Duration = Duration::from_secs(5);
static EVALUATED: AtomicU32 = AtomicU32::new(0);
static CONFIG: OnceLock<Config> = OnceLock::new();

struct Config {
    capacity: usize,
    ttl: Duration,
    weight: u64,
}

fn capacity() -> usize {
    EVALUATED.fetch_add(1, Relaxed);
    2
}

#[memoize(capacity = capacity())]
fn called(n: u32) -> u32 {
    n
}

#[memoize(capacity = CAPACITY * 2 + 1, ttl = TTL * 2, tti = Duration::from_millis(1500))]
fn constants(n: u32) -> u32 {
    n
}

#[memoize(
    capacity = CONFIG.get().map_or(1, |config| config.capacity),
    ttl = CONFIG.get().unwrap().ttl,
    max_weight = { let config = CONFIG.get().unwrap(); config.weight * 1024 },
)]
fn configured(n: u32) -> u32 {
    n
}

#[memoize(capacity = if cfg!(debug_assertions) { 4 } else { 4 }, policy = "fifo")]
fn conditional(n: u32) -> u32 {
    n
}

#[memoize(ttl = Duration::ZERO)]
fn stores_nothing(n: u32) -> u32 {
    n
}

#[memoize(capacity = 0)]
fn counts_only(n: u32) -> u32 {
    n
}

#[memoize(ttl = "1h 30m", tti = "250ms", jitter = "10%")]
fn durations(n: u32) -> u32 {
    n
}

#[memoize(ttl = "2d", tti = "90m")]
fn long_durations(n: u32) -> u32 {
    n
}

#[memoize(max_weight = "64MiB")]
fn size(n: u32) -> u32 {
    n
}

#[memoize(max_weight = "1KiB", capacity = usize::MAX)]
fn small_size(n: u32) -> u32 {
    n
}

#[memoize]
fn defaults(n: u32) -> u32 {
    n
}

#[memoize(policy = "lfu")]
fn policy_only(n: u32) -> u32 {
    n
}

mod settings {
    pub const CAPACITY: usize = 9;

    pub fn ttl() -> std::time::Duration {
        std::time::Duration::from_secs(1)
    }

    pub mod inner {
        #[memofn::memoize(capacity = super::CAPACITY, ttl = super::ttl())]
        pub fn relative(n: u32) -> u32 {
            n
        }
    }
}

pub(crate) fn main() {
    assert!(
        CONFIG
            .set(Config {
                capacity: 5,
                ttl: TTL,
                weight: 2
            })
            .is_ok()
    );
    assert_eq!(EVALUATED.load(Relaxed), 0);
    for n in [1, 2, 3, 1, 1] {
        assert_eq!(called(n), n);
    }
    assert_eq!(
        (called_cache_info().hits, called_cache_info().misses),
        (1, 4)
    );
    assert_eq!(
        (
            called_cache_parameters().capacity,
            called_cache_parameters().policy
        ),
        (Some(2), Policy::Lru)
    );
    called_cache_clear();
    called(1);
    assert_eq!(EVALUATED.load(Relaxed), 1);

    let parameters = constants_cache_parameters();
    assert_eq!(
        (parameters.capacity, parameters.ttl),
        (Some(7), Some(Duration::from_secs(10)))
    );
    assert_eq!(parameters.tti, Some(Duration::from_millis(1500)));
    let parameters = configured_cache_parameters();
    assert_eq!(
        (parameters.capacity, parameters.ttl, parameters.max_weight),
        (Some(5), Some(TTL), Some(2048))
    );
    assert_eq!(conditional_cache_parameters().capacity, Some(4));
    let parameters = durations_cache_parameters();
    assert_eq!(parameters.ttl, Some(Duration::from_secs(5400)));
    assert_eq!(parameters.tti, Some(Duration::from_millis(250)));
    assert!((parameters.jitter - 0.1).abs() < 1e-9);
    let parameters = long_durations_cache_parameters();
    assert_eq!(parameters.ttl, Some(Duration::from_secs(2 * 86400)));
    assert_eq!(parameters.tti, Some(Duration::from_secs(5400)));
    assert_eq!(size_cache_parameters().max_weight, Some(64 << 20));
    assert_eq!(
        (
            size_cache_parameters().policy,
            size_cache_parameters().capacity
        ),
        (Policy::Lru, None)
    );
    assert_eq!(small_size_cache_parameters().max_weight, Some(1 << 10));
    let parameters = defaults_cache_parameters();
    assert_eq!(
        (parameters.policy, parameters.capacity),
        (Policy::Unbounded, None)
    );
    assert_eq!(
        (parameters.max_weight, parameters.ttl, parameters.tti),
        (None, None, None)
    );
    let parameters = policy_only_cache_parameters();
    assert_eq!(
        (parameters.policy, parameters.capacity),
        (Policy::Lfu, Some(128))
    );
    let parameters = settings::inner::relative_cache_parameters();
    assert_eq!(
        (parameters.capacity, parameters.ttl),
        (Some(9), Some(Duration::from_secs(1)))
    );

    for _ in 0..2 {
        assert_eq!((stores_nothing(1), counts_only(1)), (1, 1));
        assert_eq!(
            (constants(1), configured(1), conditional(1), durations(1)),
            (1, 1, 1, 1)
        );
        assert_eq!(
            (
                long_durations(1),
                size(1),
                small_size(1),
                defaults(1),
                policy_only(1)
            ),
            (1, 1, 1, 1, 1)
        );
        assert_eq!(settings::inner::relative(1), 1);
    }
    let info = stores_nothing_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (0, 2, 0));
    let info = counts_only_cache_info();
    assert_eq!(
        (info.hits, info.misses, info.len, info.capacity),
        (0, 2, 0, Some(0))
    );
    assert_eq!(counts_only_cache_insert(1, 2), None);
    assert_eq!(counts_only_cache_get(1), None);
    assert_eq!(
        (
            constants_cache_info().hits,
            configured_cache_info().hits,
            size_cache_info().hits
        ),
        (1, 1, 1)
    );
}
