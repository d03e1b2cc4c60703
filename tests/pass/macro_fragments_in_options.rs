//! Fragments of `macro_rules` as the values of options.
#![deny(warnings, unused)]
use memofn::memoize;
use std::time::Duration;

macro_rules! options {
    ($name:ident, $arg:ident: $t:ty, $n:expr, $ttl:literal, $policy:literal, $shown:literal) => {
        #[memoize(capacity = $n, ttl = $ttl, policy = $policy, name = $shown)]
        fn $name($arg: $t) -> String {
            $arg.to_string()
        }
    };
}

options!(first, n: u32, 1 + 1, "1h 30m", "lru", "the first");
options!(second, text: &str, usize::from(3_u8), "250ms", "fifo", "the second");

macro_rules! more_options {
    ($name:ident, $n:literal, $weight:expr, $bound:literal, $key:expr, $arg:ident, $hasher:ty, $keep:expr, $other:ident) => {
        #[memoize(capacity = $n, max_weight = $bound, weight = $weight, key = $key, hasher = $hasher, cache_if = $keep)]
        fn $name($arg: u32, $other: u32) -> u32 {
            $arg * 10 + $other
        }
    };
}

more_options!(
    third,
    7,
    |_, _| 1,
    "1KiB",
    n % 10,
    n,
    std::hash::RandomState,
    |v| *v < 100,
    other
);

macro_rules! with_path {
    ($name:ident, $path:path, $hasher:path, $duration:expr, $share:literal) => {
        #[memoize(cache_if = $path, hasher = $hasher, ttl = $duration, jitter = $share)]
        fn $name(n: u32) -> Option<u32> {
            n.checked_sub(1)
        }
    };
}

with_path!(
    fourth,
    Option::is_some,
    std::hash::RandomState,
    Duration::from_secs(5),
    "10%"
);

macro_rules! tokens {
    ($($option:tt)*) => {
        #[memoize($($option)*)]
        fn fifth(n: u32) -> u32 {
            n
        }
    };
}

tokens!(capacity = 4, tti = "5s",);

macro_rules! each_option {
    ($(#[$attribute:meta])* $vis:vis $name:ident) => {
        $(#[$attribute])*
        $vis fn $name(n: u32) -> u32 {
            n
        }
    };
}

each_option!(#[memoize(capacity = 5)] #[inline] pub(crate) sixth);

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(first(1), "1");
        assert_eq!(second("a"), "a");
        assert_eq!(third(1, 2), 12);
        assert_eq!(fourth(0), None);
        assert_eq!(fourth(1), Some(0));
        assert_eq!(fifth(1), 1);
        assert_eq!(sixth(1), 1);
    }
    let parameters = first_cache_parameters();
    assert_eq!(parameters.capacity, Some(2));
    assert_eq!(parameters.ttl, Some(Duration::from_secs(5400)));
    assert_eq!(parameters.policy, memofn::Policy::Lru);
    let parameters = second_cache_parameters();
    assert_eq!(parameters.capacity, Some(3));
    assert_eq!(parameters.ttl, Some(Duration::from_millis(250)));
    assert_eq!(parameters.policy, memofn::Policy::Fifo);
    let parameters = third_cache_parameters();
    assert_eq!(parameters.capacity, Some(7));
    assert_eq!(parameters.max_weight, Some(1024));
    assert_eq!(third(11, 3), 12);
    assert_eq!(third(20, 0), 200);
    assert_eq!((third_cache_info().hits, third_cache_info().len), (2, 1));
    let parameters = fourth_cache_parameters();
    assert_eq!(parameters.ttl, Some(Duration::from_secs(5)));
    assert!((parameters.jitter - 0.1).abs() < 1e-9);
    assert_eq!(
        (fourth_cache_info().hits, fourth_cache_info().misses),
        (1, 3)
    );
    assert_eq!(fifth_cache_parameters().tti, Some(Duration::from_secs(5)));
    assert_eq!(fifth_cache_parameters().capacity, Some(4));
    assert_eq!(sixth_cache_parameters().capacity, Some(5));
    let names: Vec<String> = memofn::caches()
        .iter()
        .map(|cache| cache.name().to_string())
        .collect();
    assert!(
        names.contains(&"the first".to_string()) && names.contains(&"the second".to_string()),
        "{names:?}"
    );
}
