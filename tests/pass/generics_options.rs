//! Options may speak of the parameters; each instance has the settings that they give it.
#![deny(warnings, unused)]
use memofn::memoize;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

trait Plain: Hash + Eq + Clone + Send + Sync + 'static {}
impl<T: Hash + Eq + Clone + Send + Sync + 'static> Plain for T {}

#[memoize(capacity = N, policy = "fifo")]
fn bounded<const N: usize>(n: u32) -> u32 {
    n
}

#[memoize(capacity = size_of::<T>() * 2, ttl = Duration::from_secs(N))]
fn sized<T: Plain, const N: u64>(value: T) -> T {
    value
}

#[memoize(max_weight = 1000, weight = |_key: &T, value: &Vec<T>| (value.len() * size_of::<T>()) as u64)]
fn weighed<T: Plain>(value: T) -> Vec<T> {
    vec![value; 10]
}

#[memoize(max_weight = "1MiB")]
fn weighed_by_default<T: Plain>(value: &T, list: Vec<T>) -> (T, Vec<T>) {
    (value.clone(), list)
}

#[memoize(cache_if = |value: &T| *value != T::default())]
fn filtered<T: Plain + Default>(value: T) -> T {
    value
}

#[memoize(cache_err)]
fn failing<T: Plain, E: Plain + From<T>>(value: T) -> Result<T, E> {
    Err(value.into())
}

#[memoize(hasher = S)]
fn hashed<S: BuildHasher + Default + Send + Sync + 'static, const N: usize>(n: usize) -> usize {
    n * N
}

#[memoize(key = (key.clone(), N), skip(other))]
fn keyed<const N: usize, T: Plain, U>(key: &T, other: &U) -> usize {
    size_of_val(other) + size_of_val(key) + N
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (bounded::<1>(1), bounded::<2>(1), bounded::<2>(2)),
            (1, 1, 2)
        );
        assert_eq!((sized::<_, 60>('a'), sized::<_, 60>(1_u8)), ('a', 1));
        assert_eq!((weighed('a').len(), weighed(1_u8).len()), (10, 10));
        assert_eq!(weighed_by_default(&'a', vec!['b']), ('a', vec!['b']));
        assert_eq!(
            (filtered(0), filtered(1), filtered(String::new())),
            (0, 1, String::new())
        );
        assert_eq!(failing::<u8, u16>(1), Err(1));
        assert_eq!(hashed::<RandomState, 2>(3), 6);
        assert_eq!(keyed::<2, _, _>(&'a', &1_u8), 7);
    }
    let capacity = |parameters: memofn::CacheParameters| parameters.capacity;
    assert_eq!(capacity(bounded_cache_parameters::<1>()), Some(1));
    assert_eq!(capacity(bounded_cache_parameters::<2>()), Some(2));
    assert_eq!(capacity(sized_cache_parameters::<u16, 60>()), Some(4));
    assert_eq!(
        sized_cache_parameters::<u16, 60>().ttl,
        Some(Duration::from_secs(60))
    );
    assert_eq!(
        (
            weighed_cache_info::<char>().weight,
            weighed_cache_info::<u8>().weight
        ),
        (40, 10)
    );
    assert!(weighed_by_default_cache_info::<char>().weight > 0);
    assert_eq!(
        (
            filtered_cache_info::<i32>().len,
            filtered_cache_info::<String>().len
        ),
        (1, 0)
    );
    assert_eq!(failing_cache_info::<u8, u16>().hits, 1);
    assert_eq!(hashed_cache_info::<RandomState, 2>().hits, 1);
    assert_eq!(keyed_cache_info::<2, char, u8>().hits, 1);
}
