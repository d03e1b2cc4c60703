//! Functions with parameters that a `macro_rules` macro writes.
#![deny(warnings, unused)]
use memofn::memoize;

macro_rules! scaled {
    ($name:ident, $param:ident, $bound:path, $len:ident, $by:expr) => {
        #[memoize(capacity = $by)]
        fn $name<$param: $bound + Copy, const $len: usize>(value: $param) -> [usize; $len]
        where
            $param: Into<usize>,
        {
            [value.into() * $by; $len]
        }
    };
    (hidden $name:ident) => {
        // The parameter's name is the macro's own.
        #[memoize]
        fn $name<T: Plain>(value: T) -> (T, usize) {
            (value, size_of::<T>())
        }
    };
    (body $name:ident, $argument:ident, $body:block) => {
        #[memoize]
        fn $name<T: Plain + Into<usize>>($argument: T) -> usize $body
    };
    (ty $name:ident, $ty:ty) => {
        #[memoize]
        fn $name<const N: usize>(value: $ty, list: &[$ty]) -> (Vec<$ty>, usize) {
            (list.iter().copied().chain([value]).collect(), N)
        }
    };
}

trait Plain: std::hash::Hash + Eq + Clone + Send + Sync + 'static {}
impl<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static> Plain for T {}

scaled!(two, T, Plain, N, 1 + 1);
scaled!(three, U, Plain, M, 3);
scaled!(hidden sized);
scaled!(body plus, n, { n.into() + 1 });
scaled!(ty listed, char);

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (two::<u8, 2>(4), two::<u16, 1>(4), three::<u8, 1>(4)),
            ([8; 2], [8], [12])
        );
        assert_eq!((sized('a'), sized(1_u8)), (('a', 4), (1, 1)));
        assert_eq!((plus(1_u8), plus(1_u16)), (2, 2));
        assert_eq!(listed::<3>('a', &['b']), (vec!['b', 'a'], 3));
    }
    assert_eq!(
        (
            two_cache_info::<u8, 2>().hits,
            two_cache_info::<u16, 1>().hits
        ),
        (1, 1)
    );
    assert_eq!(two_cache_parameters::<u8, 2>().capacity, Some(2));
    assert_eq!(
        (
            sized_cache_info::<char>().hits,
            plus_cache_info::<u8>().hits
        ),
        (1, 1)
    );
    assert_eq!(listed_cache_info::<3>().hits, 1);
}
