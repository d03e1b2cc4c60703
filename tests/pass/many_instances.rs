//! Plain `impl`s of one generic type, each with a function of the same name and text.
#![deny(warnings, unused)]
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Wrapper<T>(T);

trait Scale {
    const FACTOR: u32;
}

impl Scale for Wrapper<u8> {
    const FACTOR: u32 = 1;
}

impl Scale for Wrapper<u16> {
    const FACTOR: u32 = 2;
}

impl Wrapper<u8> {
    #[memoize]
    fn method(&self, n: u32) -> u32 {
        n * Self::FACTOR
    }

    #[memoize]
    fn associated(n: u32) -> u32 {
        n * Self::FACTOR
    }

    #[memoize]
    fn plain(n: u32) -> u32 {
        n + 8
    }
}

impl Wrapper<u16> {
    #[memoize]
    fn method(&self, n: u32) -> u32 {
        n * Self::FACTOR
    }

    #[memoize]
    fn associated(n: u32) -> u32 {
        n * Self::FACTOR
    }

    #[memoize]
    fn plain(n: u32) -> u32 {
        n + 16
    }
}

trait Area {
    fn area(&self, n: u32) -> usize;
}

// One function of a generic `impl Trait for`: each instance has its own results.
impl<T: AsRef<str> + Clone + std::hash::Hash + Eq + Send + Sync + 'static> Area for Wrapper<T> {
    #[memoize(helpers = false)]
    fn area(&self, n: u32) -> usize {
        self.0.as_ref().len() * n as usize * size_of::<T>()
    }
}

impl<T> Area for [T; 3] {
    #[memoize(helpers = false, skip(self))]
    fn area(&self, n: u32) -> usize {
        n as usize * size_of::<T>()
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!((Wrapper(1_u8).method(5), Wrapper(1_u16).method(5)), (5, 10));
        assert_eq!(
            (Wrapper::<u8>::associated(5), Wrapper::<u16>::associated(5)),
            (5, 10)
        );
        assert_eq!(
            (Wrapper::<u8>::plain(5), Wrapper::<u16>::plain(5)),
            (13, 21)
        );
        assert_eq!(
            (Wrapper("ab").area(2), Wrapper("ab".to_string()).area(2)),
            (64, 96)
        );
        assert_eq!(
            ([1_u8; 3].area(2), [1_u16; 3].area(2), ["a"; 3].area(2)),
            (2, 4, 32)
        );
    }
    assert_eq!(
        Wrapper::<u8>::method_cache_info().hits + Wrapper::<u16>::method_cache_info().hits,
        2
    );
    assert_eq!(Wrapper::<u8>::associated_cache_info().misses, 1);
    assert_eq!(Wrapper::<u16>::plain_cache_info().misses, 1);
}
