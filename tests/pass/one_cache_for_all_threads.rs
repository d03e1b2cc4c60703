//! One cache for all threads, and memoized functions that cross them.
#![deny(warnings, unused)]
use memofn::memoize;
use std::thread;

#[memoize]
fn square(n: u32) -> u32 {
    n * n
}

#[memoize(capacity = 4)]
fn length(text: &str) -> usize {
    text.len()
}

fn assert_send_and_sync<T: Send + Sync>(_: &T) {}

pub(crate) fn main() {
    assert_eq!(thread::spawn(|| square(3)).join().unwrap(), 9);
    assert_eq!((square(3), square_cache_info().hits), (9, 1));
    assert_send_and_sync(square_cache());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..200_u32 {
                    assert_eq!(square(n), n * n);
                    let text = "a".repeat(n as usize % 8);
                    assert_eq!(length(&text), text.len());
                    assert!(length_cache_info().len <= 4);
                }
            });
        }
    });
    let info = square_cache_info();
    assert_eq!((info.hits + info.misses, info.len), (802, 200));
    let info = length_cache_info();
    assert_eq!((info.hits + info.misses, info.len), (800, 4));
}
