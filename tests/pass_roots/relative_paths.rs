//! `self::`, `super::` and `crate::` in signatures, bodies and options mean what they meant, and private items stay in reach.
#![deny(warnings, unused)]

#[derive(Clone, PartialEq, Eq, Hash)]
struct Top(u32);

mod outer {
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub(super) struct Middle(u32);

    const FACTOR: u32 = 2;

    fn is_small(value: &u32) -> bool {
        *value < 100
    }

    pub(super) fn middle(n: u32) -> Middle {
        Middle(n)
    }

    pub(super) mod inner {
        use memofn::memoize;

        #[derive(Clone, PartialEq, Eq, Hash)]
        struct Private(u32);

        #[memoize]
        fn private(value: &Private, other: Private) -> Private {
            Private(value.0 + other.0)
        }

        #[memoize(cache_if = super::is_small, capacity = self::CAPACITY, hasher = self::State)]
        pub(in super::super) fn paths(
            a: &super::Middle,
            b: super::super::Top,
            c: crate::Top,
        ) -> u32 {
            let sum = a.0 + b.0 + c.0;
            sum * super::FACTOR + self::private(&self::Private(1), Private(2)).0
        }

        const CAPACITY: usize = 3;
        type State = std::hash::RandomState;

        pub(in super::super) struct Shape;

        impl Shape {
            #[memoize(skip(self), cache_if = super::is_small)]
            pub(in super::super) fn area(&self, a: &super::Middle) -> u32 {
                a.0 * super::FACTOR
            }
        }

        pub(in super::super) fn hits() -> (u64, u64) {
            (private_cache_info().hits, private_cache_info().misses)
        }
    }

    pub(super) fn area(n: u32) -> u32 {
        inner::Shape.area(&Middle(n)) + inner::Shape::area_cache_get(&Middle(n)).unwrap_or(1000)
    }
}

fn main() {
    for _ in 0..2 {
        assert_eq!(outer::inner::paths(&outer::middle(1), Top(2), Top(3)), 15);
        assert_eq!(outer::inner::paths(&outer::middle(2), Top(2), Top(3)), 17);
        assert_eq!(outer::area(3), 12);
    }
    assert_eq!(outer::inner::paths_cache_info().hits, 2);
    assert_eq!(outer::inner::paths_cache_info().capacity, Some(3));
    assert_eq!(outer::inner::hits(), (1, 1));
    assert_eq!(outer::inner::Shape::area_cache_info().hits, 1);
}
