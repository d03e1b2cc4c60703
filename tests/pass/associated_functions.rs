//! Associated functions without a receiver: in a plain `impl`, with and without `Self` in the signature.
#![deny(warnings, unused)]
use memofn::memoize;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Scale {
    factor: u32,
}

impl Scale {
    const FACTOR: u32 = 3;
    const CAPACITY: usize = 2;

    // Nothing names `Self`.
    #[memoize]
    fn plain(n: u32) -> u32 {
        n + 1
    }

    // Only the body names `Self`.
    #[memoize]
    fn in_body(n: u32) -> u32 {
        Self::FACTOR * Self::plain(n)
    }

    // The return type names `Self`.
    #[memoize]
    fn with_factor(factor: u32) -> Self {
        Self {
            factor: factor * Self::FACTOR,
        }
    }

    // An argument names `Self`.
    #[memoize]
    fn sum(a: &Self, b: Self) -> u32 {
        a.factor + b.factor
    }

    // A `where` clause names `Self`, and then an option may.
    #[memoize(capacity = Self::CAPACITY)]
    fn bounded(n: u32) -> u32
    where
        Self: Sized,
    {
        n * Self::FACTOR
    }

    #[memoize(weight = Self::weigh, max_weight = 100, cache_if = Self::is_small)]
    fn weighed(n: u32) -> Option<Self> {
        Some(Self { factor: n })
    }

    fn weigh(_: &u32, _: &Option<Self>) -> u64 {
        10
    }

    fn is_small(value: &Option<Self>) -> bool {
        value.as_ref().is_some_and(|scale| scale.factor < 100)
    }

    fn through_self(n: u32) -> (u32, u64) {
        let value = Self::plain(n) + Self::plain(n);
        (value, Self::plain_cache_info().hits)
    }
}

struct Other;

impl Other {
    // The same name in another `impl` is another cache.
    #[memoize]
    fn plain(n: u32) -> u32 {
        n + 10
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(Scale::in_body(1), 6);
        assert_eq!(Scale::with_factor(2), Scale { factor: 6 });
        assert_eq!(Scale::sum(&Scale { factor: 1 }, Scale { factor: 2 }), 3);
        assert_eq!(Other::plain(1), 11);
        assert_eq!(Scale::weighed(50).map(|scale| scale.factor), Some(50));
        assert_eq!(Scale::weighed(500).map(|scale| scale.factor), Some(500));
    }
    assert_eq!(
        (
            Scale::plain_cache_info().hits,
            Scale::plain_cache_info().misses
        ),
        (0, 1)
    );
    assert_eq!(
        (
            Scale::in_body_cache_info().hits,
            Scale::in_body_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Scale::with_factor_cache_info().hits,
            Scale::sum_cache_info().hits
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Other::plain_cache_info().hits,
            Other::plain_cache_info().misses
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Scale::weighed_cache_info().hits,
            Scale::weighed_cache_info().misses
        ),
        (1, 3)
    );
    assert_eq!(
        (
            Scale::weighed_cache_info().weight,
            Scale::weighed_cache_info().len
        ),
        (10, 1)
    );
    assert_eq!(Scale::through_self(1), (4, 2));

    for n in [1, 2, 3, 1] {
        assert_eq!(Scale::bounded(n), n * 3);
    }
    assert_eq!(
        (
            Scale::bounded_cache_info().hits,
            Scale::bounded_cache_info().misses
        ),
        (0, 4)
    );
    assert_eq!(Scale::bounded_cache_info().capacity, Some(2));
    assert_eq!(
        Scale::with_factor_cache_remove(2),
        Some(Scale { factor: 6 })
    );
    assert_eq!(Scale::with_factor_uncached(2), Scale { factor: 6 });
    assert_eq!(Scale::plain_cache_insert(1, 50), Some(2));
    assert_eq!(Scale::plain_cache_refresh(1), 2);
}
