//! A whole function from a macro that is invoked more than once: the same place in the source, several caches.
#![deny(warnings, unused)]

macro_rules! module {
    ($name:ident, $factor:expr) => {
        mod $name {
            use memofn::memoize;

            #[memoize]
            pub fn scaled(n: u32) -> u32 {
                n * $factor
            }

            pub struct Scale;

            impl Scale {
                #[memoize]
                pub fn fixed(n: u32) -> u32 {
                    n * $factor + 1
                }
            }
        }
    };
}

module!(one, 1);
module!(two, 2);

macro_rules! local {
    ($n:expr, $factor:expr) => {{
        #[memofn::memoize]
        fn scaled(n: u32) -> u32 {
            n * $factor
        }
        (scaled($n), scaled($n), scaled_cache_info())
    }};
}

macro_rules! function {
    ($($name:ident: $factor:expr),*) => {
        $(
            #[memofn::memoize]
            fn $name(n: u32) -> u32 {
                n * $factor
            }
        )*
    };
}

function!(triple: 3, quadruple: 4);

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(one::scaled(5), 5);
        assert_eq!(two::scaled(5), 10);
        assert_eq!(one::Scale::fixed(5), 6);
        assert_eq!(two::Scale::fixed(5), 11);
        assert_eq!(triple(5), 15);
        assert_eq!(quadruple(5), 20);
    }
    assert_eq!(one::scaled_cache_clear(), ());
    assert_eq!(one::scaled_cache_get(5), None);
    assert_eq!(two::scaled_cache_get(5), Some(10));
    assert_eq!(one::Scale::fixed_cache_get(5), Some(6));
    assert_eq!(two::Scale::fixed_cache_get(5), Some(11));
    assert_eq!(triple_cache_info().hits, 1);
    assert_eq!(quadruple_cache_info().hits, 1);

    let (first, second, info) = local!(5, 6);
    assert_eq!((first, second, info.hits, info.misses), (30, 30, 1, 1));
    let (first, second, info) = local!(5, 7);
    assert_eq!((first, second, info.hits, info.misses), (35, 35, 1, 1));
}
