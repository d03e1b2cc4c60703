//! The helpers are as visible as the function, or as `helpers` says.
#![deny(warnings, unused)]

mod outer {
    pub mod inner {
        use memofn::memoize;

        #[memoize]
        pub(crate) fn in_crate(n: u32) -> u32 {
            n + 1
        }

        #[memoize]
        pub(super) fn in_super(n: u32) -> u32 {
            n + 2
        }

        #[memoize]
        pub(in crate::outer) fn in_path(n: u32) -> u32 {
            n + 3
        }

        #[memoize(helpers = pub(crate))]
        pub fn less(n: u32) -> u32 {
            n + 4
        }

        #[memoize(helpers = pub)]
        fn more(n: u32) -> u32 {
            n + 5
        }

        #[memoize(helpers = pub(super))]
        pub fn least(n: u32) -> u32 {
            n + 6
        }

        pub fn call_more(n: u32) -> u32 {
            more(n)
        }

        pub struct Shape;

        impl Shape {
            #[memoize(skip(self), helpers = pub(crate))]
            pub fn area(&self, n: u32) -> u32 {
                n + 7
            }
        }
    }

    pub fn run() {
        for _ in 0..2 {
            assert_eq!(inner::in_super(1), 3);
            assert_eq!(inner::in_path(1), 4);
            assert_eq!(inner::least(1), 7);
        }
        assert_eq!(inner::in_super_cache_info().hits, 1);
        assert_eq!(inner::in_path_cache_info().hits, 1);
        assert_eq!(inner::least_cache_info().hits, 1);
        inner::in_path_cache_clear();
    }
}

use outer::inner;

pub(crate) fn main() {
    outer::run();
    for _ in 0..2 {
        assert_eq!(inner::in_crate(1), 2);
        assert_eq!(inner::less(1), 5);
        assert_eq!(inner::call_more(1), 6);
        assert_eq!(inner::Shape.area(1), 8);
    }
    assert_eq!(inner::in_crate_cache_info().hits, 1);
    assert_eq!(inner::less_cache_info().hits, 1);
    assert_eq!(inner::more_cache_info().hits, 1);
    assert_eq!(inner::more_cache_get(1), Some(6));
    assert_eq!(inner::Shape::area_cache_info().hits, 1);
}
