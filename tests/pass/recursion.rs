//! A body may call its own function, and others that call it back. The counts are CPython's.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn fib(n: u32) -> u64 {
    if n < 2 {
        n.into()
    } else {
        fib(n - 1) + fib(n - 2)
    }
}

#[memoize(capacity = 2)]
fn fib_of_two(n: u32) -> u64 {
    if n < 2 {
        n.into()
    } else {
        fib_of_two(n - 1) + fib_of_two(n - 2)
    }
}

#[memoize]
fn is_even(n: u32) -> bool {
    n == 0 || is_odd(n - 1)
}

#[memoize]
fn is_odd(n: u32) -> bool {
    n != 0 && is_even(n - 1)
}

#[memoize]
fn ackermann(m: u32, n: u32) -> u32 {
    match (m, n) {
        (0, n) => n + 1,
        (m, 0) => ackermann(m - 1, 1),
        (m, n) => ackermann(m - 1, ackermann(m, n - 1)),
    }
}

// Slices of one argument, down to nothing.
#[memoize]
fn ways(text: &str, words: &[&str]) -> u64 {
    if text.is_empty() {
        return 1;
    }
    words
        .iter()
        .filter_map(|word| text.strip_prefix(word))
        .map(|rest| ways(rest, words))
        .sum()
}

// The body may use the helpers of its own function.
#[memoize]
fn countdown(n: u32) -> u32 {
    if n == 0 {
        return 0;
    }
    countdown_cache_get(n - 1).unwrap_or_else(|| countdown(n - 1)) + 1
}

pub(crate) fn main() {
    assert_eq!(fib(36), 14_930_352);
    assert_eq!((fib_cache_info().hits, fib_cache_info().misses), (34, 37));
    assert_eq!(fib_of_two(36), 14_930_352);
    assert_eq!(
        (fib_of_two_cache_info().hits, fib_of_two_cache_info().misses),
        (59_863, 287_964)
    );
    assert_eq!((is_even(10), is_even(9)), (true, false));
    assert_eq!(
        (is_even_cache_info().hits, is_even_cache_info().misses),
        (0, 11)
    );
    assert_eq!(
        (is_odd_cache_info().hits, is_odd_cache_info().misses),
        (0, 10)
    );
    assert_eq!(ackermann(2, 3), 9);
    assert_eq!(
        (ackermann_cache_info().hits, ackermann_cache_info().misses),
        (3, 20)
    );
    assert_eq!(ways("aaaaaaaaaa", &["a", "aa"]), 89);
    assert_eq!((ways_cache_info().hits, ways_cache_info().misses), (9, 11));
    assert_eq!((countdown(5), countdown_cache_info().misses), (5, 6));
}
