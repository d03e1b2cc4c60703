//! A method of a generic `impl`: each instantiation has a cache of its own, also where key and value are of the same types.
#![deny(warnings, unused)]
use memofn::memoize;
use std::fmt::Debug;
use std::hash::Hash;
use std::marker::PhantomData;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Wrapper<T>(T);

impl<T: Hash + Eq + Clone + Send + Sync + 'static> Wrapper<T> {
    #[memoize]
    fn size(&self, n: u32) -> u32 {
        n * size_of::<T>() as u32
    }

    #[memoize]
    fn inner(&self) -> T
    where
        T: Debug,
    {
        self.0.clone()
    }

    #[memoize(skip(self))]
    fn shared(&self, n: u32) -> u32 {
        n * size_of::<T>() as u32
    }

    #[memoize(capacity = size_of::<T>())]
    fn bounded(&self, n: u32) -> u32 {
        n
    }
}

trait Unit {
    const FACTOR: u32;
}

struct Metre;
struct Kilometre;

impl Unit for Metre {
    const FACTOR: u32 = 1;
}

impl Unit for Kilometre {
    const FACTOR: u32 = 1000;
}

struct Converter<U>(PhantomData<U>);

impl<U: Unit> Converter<U> {
    // Neither key nor value names `U`; `Self` in the signature says that there is one.
    #[memoize]
    fn metres(n: u32) -> u32
    where
        Self: Sized,
    {
        n * U::FACTOR
    }

    #[memoize(key = n)]
    fn method(&self, n: u32) -> u32 {
        n * U::FACTOR
    }
}

struct Grid<const N: usize>;

impl<const N: usize> Grid<N> {
    #[memoize(skip(self))]
    fn cells(&self, rows: usize) -> usize {
        rows * N
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (
                Wrapper(1_u8).size(3),
                Wrapper(1_u16).size(3),
                Wrapper("a").size(3)
            ),
            (3, 6, 48)
        );
        assert_eq!((Wrapper(1_u8).inner(), Wrapper('a').inner()), (1, 'a'));
        assert_eq!((Wrapper(1_u8).shared(3), Wrapper(1_u16).shared(3)), (3, 6));
        assert_eq!(
            (
                Converter::<Metre>::metres(2),
                Converter::<Kilometre>::metres(2)
            ),
            (2, 2000)
        );
        assert_eq!(Converter::<Metre>(PhantomData).method(2), 2);
        assert_eq!(Converter::<Kilometre>(PhantomData).method(2), 2000);
        assert_eq!((Grid::<2>.cells(3), Grid::<5>.cells(3)), (6, 15));
        assert_eq!(Wrapper(1_u16).bounded(1) + Wrapper(1_u16).bounded(2), 3);
    }
    assert_eq!(
        (
            Wrapper::<u8>::size_cache_info().hits,
            Wrapper::<u8>::size_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Wrapper::<u16>::size_cache_info().hits,
            Wrapper::<u16>::size_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(Wrapper::<u32>::size_cache_info().misses, 0);
    assert_eq!(
        (
            Wrapper::<u8>::shared_cache_info().len,
            Wrapper::<u16>::shared_cache_info().len
        ),
        (1, 1)
    );
    assert_eq!(Wrapper::<u16>::bounded_cache_info().capacity, Some(2));
    assert_eq!(
        (
            Converter::<Metre>::metres_cache_info().hits,
            Converter::<Metre>::metres_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Grid::<2>::cells_cache_info().len,
            Grid::<5>::cells_cache_info().len
        ),
        (1, 1)
    );

    Wrapper::<u8>::size_cache_clear();
    assert_eq!(Wrapper(1_u8).size_cache_get(3), None);
    assert_eq!(Wrapper(1_u16).size_cache_get(3), Some(6));
    assert_eq!(Converter::<Metre>::metres_cache_remove(2), Some(2));
    assert_eq!(Converter::<Kilometre>::metres_cache_get(2), Some(2000));
}
