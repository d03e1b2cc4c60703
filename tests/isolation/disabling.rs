//! `disabled`.

use crate::functions;
use memofn::memoize;
use memofn::testing::{disabled, isolated};
use std::thread;

functions!(off);

#[test]
fn disabled_runs_bodies_and_leaves_no_trace() {
    use off::*;
    type Triangle = Shape<3>;
    square(2);
    Shape::<3>.local(2);
    let before = counts();
    runs();
    disabled(|| {
        for _ in 0..2 {
            assert_eq!(Shape::<3>.local(2), 12);
            assert_eq!(runs(), 4, "nested calls, too");
        }
        assert_eq!(Shape::<4>.sides(3), 36);
        assert_eq!(runs(), 3);
        assert_eq!((square_cache_get(2), of_thread_cache_get(2)), (None, None));
        assert_eq!(square_cache_insert(2, 5), None);
        assert_eq!(of_thread_cache_insert(7, 5), None);
        assert_eq!(
            (square_cache_remove(2), of_thread_cache_remove(2)),
            (None, None)
        );
        assert_eq!(
            (square_cache_refresh(2), of_thread_cache_refresh(2)),
            (4, 4)
        );
        assert_eq!(Triangle::sides_cache_get(2), None);
        assert_eq!(Shape::<3>.sides_uncached(2), 12);
        // The caches themselves are as ever.
        assert_eq!(counts(), before);
        assert_eq!(square_cache().peek(&2), Some(4));
        assert_eq!(of_thread_cache().len(), before[1].2);
    });
    assert_eq!(counts(), before);
    runs();
    assert_eq!((square(2), Shape::<3>.local(2), runs()), (4, 12, 0));
}

/// A function whose first use is disabled has no cache by then.
#[test]
fn disabled_makes_no_cache() {
    #[memoize]
    fn never(n: u32) -> u32 {
        n
    }
    let listed = || {
        let caches = memofn::caches();
        caches.iter().any(|cache| cache.name().ends_with("::never"))
    };
    assert_eq!(disabled(|| (never(1), never_cache_get(1))), (1, None));
    assert!(!listed());
    never(1);
    assert!(listed());
}

functions!(elsewhere);

#[test]
fn other_threads_are_as_ever() {
    use elsewhere::*;
    let check = || {
        thread::scope(|scope| {
            scope.spawn(|| {
                assert_eq!((of_thread(3), runs()), (9, 2));
                assert_eq!((of_thread(3), runs()), (9, 0));
                assert_eq!(square_cache_remove(3), Some(9));
            });
        });
    };
    disabled(check);
    isolated(check);
    assert_eq!(counts()[0], (0, 2, 0));
}
