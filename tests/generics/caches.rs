//! The caches of instances: what helpers say of them, those of threads, many at once.

use crate::{Kilometre, Metre, Plain, Unit, called, twice};
use memofn::memoize;
use std::hash::Hash;
use std::rc::Rc;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

#[memoize(scope = "thread")]
fn of_thread<T: Clone + Hash + Eq + 'static>(value: T, n: usize) -> Rc<(T, usize)> {
    called();
    Rc::new((value, n * size_of::<T>()))
}

#[memoize(scope = "thread", key = n % 10)]
fn of_thread_inferred<U: Unit>(n: u32) -> u32 {
    called();
    n % 10 * U::FACTOR
}

impl Shape {
    #[memoize(scope = "thread")]
    fn of_thread<const N: u32>(&self, n: u32) -> Rc<u32> {
        called();
        Rc::new(self.0 * n * N)
    }
}

#[test]
fn caches_of_a_thread() {
    for _ in 0..2 {
        let here = || {
            assert_eq!(twice(|| of_thread(1_u8, 3)), (Rc::new((1, 3)), 1));
            assert_eq!(twice(|| of_thread(1_u32, 3)), (Rc::new((1, 12)), 1));
            assert_eq!(
                twice(|| of_thread(Rc::new(1), 1)),
                (Rc::new((Rc::new(1), 8)), 1)
            );
            assert_eq!(twice(|| of_thread_inferred::<Metre>(2)), (2, 1));
            assert_eq!(twice(|| of_thread_inferred::<Kilometre>(12)), (2000, 1));
            assert_eq!(twice(|| Shape(2).of_thread::<2>(2)), (Rc::new(8), 1));
            assert_eq!(twice(|| Shape(2).of_thread::<3>(2)), (Rc::new(12), 1));
            let info = of_thread_cache_info::<u8>();
            assert_eq!((info.hits, info.misses, info.len), (1, 1, 1));
            assert_eq!(of_thread_cache::<u32>().len(), 1);
            assert_eq!(Shape::of_thread_cache_info::<4>().misses, 0);
        };
        std::thread::spawn(here).join().unwrap();
    }
}

// Of each type it has the results for itself, while those of other types are being computed.
#[memoize]
fn nested<T: Unit>(n: u32) -> u32 {
    called();
    match n {
        0 => T::FACTOR,
        n => nested::<T>(n - 1) + nested::<Metre>(n - 1),
    }
}

#[test]
fn recursion_through_several_instances() {
    assert_eq!(twice(|| nested::<Kilometre>(20)).0, 1000 + (1 << 20) - 1);
    assert_eq!(
        (
            nested_cache_info::<Metre>().len,
            nested_cache_info::<Kilometre>().len
        ),
        (20, 21)
    );
}

#[memoize(capacity = 2)]
fn helped<T: Plain, const N: usize>(value: T) -> Vec<T> {
    called();
    vec![value; N]
}

#[test]
fn helpers_speak_of_one_instance() {
    helped::<u8, 2>(1);
    helped::<u8, 3>(1);
    helped::<u8, 2>(1);
    let info = helped_cache_info::<u8, 2>();
    assert_eq!((info.hits, info.misses, info.len), (1, 1, 1));
    assert_eq!(helped_cache_info::<u8, 3>().hits, 0);
    assert_eq!(helped_cache_info::<u16, 2>().len, 0);
    assert_eq!(helped_cache_parameters::<u8, 2>().capacity, Some(2));
    assert_eq!(helped_cache_get::<u8, 2>(1), Some(vec![1, 1]));
    assert_eq!(helped_cache_get::<u8, 2>(2), None);
    assert_eq!(helped_cache_insert::<u8, 2>(2, vec![7]), None);
    assert_eq!(
        (helped::<u8, 2>(2), helped::<u8, 3>(2)),
        (vec![7], vec![2; 3])
    );
    assert_eq!(helped_cache_remove::<u8, 2>(2), Some(vec![7]));
    assert_eq!(helped_cache_refresh::<u8, 2>(2), vec![2, 2]);
    assert_eq!(helped_uncached::<char, 1>('a'), vec!['a']);
    assert_eq!(helped_cache::<u8, 2>().get(&2), Some(vec![2, 2]));
    assert_eq!(helped_cache::<char, 1>().len(), 0);
    helped_cache_clear::<u8, 2>();
    assert_eq!(
        (
            helped_cache_info::<u8, 2>().len,
            helped_cache_info::<u8, 3>().len
        ),
        (0, 2)
    );
}

#[memoize(name = "every instance")]
fn listed<T>(n: u32) -> u32 {
    called();
    n
}

#[test]
fn the_list_of_all_caches_has_each_instance_used() {
    let found = || {
        memofn::caches()
            .into_iter()
            .filter(|cache| cache.name() == "every instance")
            .count()
    };
    assert_eq!(found(), 0);
    listed::<u8>(1);
    assert_eq!(found(), 1);
    listed::<u16>(1);
    listed::<u8>(2);
    assert_eq!(found(), 2);
}

/// Many instances, first used by many threads at once: each gets one cache.
#[test]
fn instances_that_begin_at_once() {
    #[memoize]
    fn contended<const N: usize>(n: usize) -> usize {
        n * N
    }
    macro_rules! all {
        ($($n:literal)*) => {
            let start = std::sync::Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        start.wait();
                        $(assert_eq!(contended::<$n>(3), 3 * $n);)*
                    });
                }
            });
            $(
                let info = contended_cache_info::<$n>();
                assert_eq!((info.hits + info.misses, info.len), (4, 1));
            )*
        };
    }
    all!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}
