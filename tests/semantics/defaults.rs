//! What holds when an option is not given, and when options are expressions.

use memofn::{CacheParameters, Policy, memoize};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

#[memoize]
fn plain(n: u32) -> u32 {
    n
}

#[memoize(policy = "unbounded")]
fn unbounded(n: u32) -> u32 {
    n
}

#[memoize(ttl = "30s")]
fn only_ttl(n: u32) -> u32 {
    n
}

#[memoize(tti = "250ms")]
fn only_tti(n: u32) -> u32 {
    n
}

#[memoize(capacity = 7)]
fn only_capacity(n: u32) -> u32 {
    n
}

#[memoize(max_weight = "64MiB")]
fn only_weight(n: u32) -> u32 {
    n
}

#[memoize(policy = "lru")]
fn only_lru(n: u32) -> u32 {
    n
}

#[memoize(policy = "lfu")]
fn only_lfu(n: u32) -> u32 {
    n
}

#[memoize(policy = "fifo")]
fn only_fifo(n: u32) -> u32 {
    n
}

#[memoize(policy = "random")]
fn only_random(n: u32) -> u32 {
    n
}

#[memoize(policy = "lru", ttl = "1h 30m", jitter = "10%")]
fn lru_and_ttl(n: u32) -> u32 {
    n
}

#[memoize(policy = "fifo", max_weight = 5_000)]
fn fifo_and_weight(n: u32) -> u32 {
    n
}

#[memoize(policy = "size", max_weight = "1KiB")]
fn size_and_weight(n: u32) -> u32 {
    n
}

#[test]
fn the_policy_follows_from_the_bounds_and_the_bounds_from_the_policy() {
    fn bounds(parameters: &CacheParameters) -> (Policy, Option<usize>, Option<u64>) {
        (
            parameters.policy,
            parameters.capacity,
            parameters.max_weight,
        )
    }
    let nothing = (Policy::Unbounded, None, None);
    assert_eq!(bounds(&plain_cache_parameters()), nothing);
    assert_eq!(bounds(&unbounded_cache_parameters()), nothing);
    assert_eq!(bounds(&only_ttl_cache_parameters()), nothing);
    assert_eq!(bounds(&only_tti_cache_parameters()), nothing);
    assert_eq!(
        bounds(&only_capacity_cache_parameters()),
        (Policy::Lru, Some(7), None)
    );
    assert_eq!(
        bounds(&only_weight_cache_parameters()),
        (Policy::Lru, None, Some(64 << 20))
    );
    assert_eq!(
        bounds(&only_lru_cache_parameters()),
        (Policy::Lru, Some(128), None)
    );
    assert_eq!(
        bounds(&only_lfu_cache_parameters()),
        (Policy::Lfu, Some(128), None)
    );
    assert_eq!(
        bounds(&only_fifo_cache_parameters()),
        (Policy::Fifo, Some(128), None)
    );
    assert_eq!(
        bounds(&only_random_cache_parameters()),
        (Policy::Random, Some(128), None)
    );
    assert_eq!(
        bounds(&lru_and_ttl_cache_parameters()),
        (Policy::Lru, Some(128), None)
    );
    assert_eq!(
        bounds(&fifo_and_weight_cache_parameters()),
        (Policy::Fifo, None, Some(5_000))
    );
    assert_eq!(
        bounds(&size_and_weight_cache_parameters()),
        (Policy::Size, None, Some(1_024))
    );
}

#[test]
fn lifetimes_are_as_written() {
    assert_eq!(
        only_ttl_cache_parameters().ttl,
        Some(Duration::from_secs(30))
    );
    assert_eq!(only_ttl_cache_parameters().tti, None);
    assert_eq!(
        only_tti_cache_parameters().tti,
        Some(Duration::from_millis(250))
    );
    let parameters = lru_and_ttl_cache_parameters();
    assert_eq!(parameters.ttl, Some(Duration::from_secs(5_400)));
    assert!((parameters.jitter - 0.1).abs() < 1e-9);
}

#[test]
fn policies_print_and_parse_by_the_names_of_the_option() {
    let policies = [
        (Policy::Unbounded, "unbounded"),
        (Policy::Lru, "lru"),
        (Policy::Lfu, "lfu"),
        (Policy::Fifo, "fifo"),
        (Policy::Random, "random"),
        (Policy::Size, "size"),
        (Policy::Sieve, "sieve"),
        (Policy::S3Fifo, "s3-fifo"),
        (Policy::WTinyLfu, "w-tinylfu"),
        (Policy::Adaptive, "adaptive"),
    ];
    assert_eq!(policies.map(|(policy, _)| policy), *Policy::ALL);
    for (policy, name) in policies {
        assert_eq!(policy.to_string(), name);
        assert_eq!(name.parse::<Policy>().ok(), Some(policy));
    }
    assert!("LRU?".parse::<Policy>().is_err());
}

/// Counts how often each option's expression is evaluated.
static EVALUATED: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4];

fn evaluated<T>(option: usize, value: T) -> T {
    EVALUATED[option].fetch_add(1, Relaxed);
    value
}

#[memoize(
    capacity = evaluated(0, 5),
    max_weight = evaluated(1, 1_000_000),
    ttl = evaluated(2, Duration::from_secs(3_600)),
    tti = evaluated(3, Duration::from_secs(1_800)),
)]
fn by_expression(n: u32) -> u32 {
    n
}

#[test]
fn option_expressions_are_evaluated_once_at_first_use() {
    let counts = || EVALUATED.each_ref().map(|count| count.load(Relaxed));
    assert_eq!(counts(), [0; 4]);
    let start = Barrier::new(8);
    thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                start.wait();
                for n in 0..20 {
                    assert_eq!(by_expression(n), n);
                }
            });
        }
    });
    assert_eq!(counts(), [1; 4]);
    by_expression_cache_clear();
    by_expression(1);
    let parameters = by_expression_cache_parameters();
    assert_eq!(
        (parameters.capacity, parameters.max_weight),
        (Some(5), Some(1_000_000))
    );
    assert_eq!(parameters.ttl, Some(Duration::from_secs(3_600)));
    assert_eq!(parameters.tti, Some(Duration::from_secs(1_800)));
    assert_eq!(counts(), [1; 4]);
}
