//! `memofn::clear_all()`, which concerns the whole process: no other test runs in this one.

use memofn::memoize;
use std::thread;

#[memoize(capacity = 10)]
fn bounded(n: u32) -> u32 {
    n
}

#[memoize]
fn text(text: &str) -> usize {
    text.len()
}

#[memoize(scope = "thread")]
fn of_thread(n: u32) -> u32 {
    n
}

struct Shape<const SIDES: u32>;

impl<const SIDES: u32> Shape<SIDES> {
    #[memoize(skip(self))]
    fn sides(&self, times: u32) -> u32 {
        times * SIDES
    }
}

fn lens() -> [usize; 5] {
    [
        bounded_cache_info(),
        text_cache_info(),
        of_thread_cache_info(),
        Shape::<3>::sides_cache_info(),
        Shape::<4>::sides_cache_info(),
    ]
    .map(|info| {
        assert_eq!(info.len as u64, info.misses);
        info.len
    })
}

#[test]
fn clears_every_cache_and_of_threads_that_of_the_caller() {
    memofn::clear_all();
    for n in 0..3 {
        bounded(n);
        text(&"a".repeat(n as usize));
        of_thread(n);
        Shape::<3>.sides(n);
        Shape::<4>.sides(n);
    }
    thread::spawn(|| {
        of_thread(7);
        assert_eq!(lens(), [3, 3, 1, 3, 3]);
        memofn::clear_all();
        assert_eq!(lens(), [0; 5]);
    })
    .join()
    .unwrap();
    assert_eq!(lens(), [0, 0, 3, 0, 0], "it is this thread's own");
    memofn::clear_all();
    assert_eq!(lens(), [0; 5]);
    bounded(1);
    assert_eq!(lens(), [1, 0, 0, 0, 0]);
}
