//! Attributes of the function: documentation, `must_use`, `deprecated`, `inline`, `cold`, `track_caller`, lint levels.
#![deny(warnings, unused, missing_docs)]
use memofn::memoize;
use std::panic::Location;

/// Documented above.
#[memoize]
/// Documented below.
#[doc = "And so."]
#[doc(alias = "quadrat")]
#[inline]
#[must_use = "it costs nothing"]
pub fn square(n: u32) -> u32 {
    n * n
}

#[inline(always)]
#[cold]
#[memoize]
fn inlined(n: u32) -> u32 {
    n + 1
}

#[deprecated(since = "0.1.0", note = "use `square`")]
#[memoize]
fn old(n: u32) -> u32 {
    n + 2
}

#[memoize]
#[track_caller]
fn tracked(n: u32) -> u32 {
    n * 10_000 + Location::caller().line()
}

#[memoize]
#[allow(unused_variables)]
fn allowed(n: u32, other: u32) -> u32 {
    n + 3
}

#[memoize]
#[expect(unused_variables)]
fn expected(n: u32, other: u32) -> u32 {
    n + 4
}

#[memoize]
#[expect(unused_mut, reason = "it shows that the pattern stays with the body")]
fn expected_mut(mut n: u32) -> u32 {
    n + 5
}

#[deny(clippy::all)]
#[warn(clippy::pedantic)]
#[memoize]
fn linted(n: u32) -> u32 {
    n + 6
}

#[cfg_attr(all(), memoize, allow(dead_code))]
#[cfg_attr(any(), no_such_attribute)]
fn conditional(n: u32) -> u32 {
    n + 7
}

struct Shape;

impl Shape {
    /// Documented.
    #[memoize(skip(self))]
    #[inline]
    #[must_use]
    #[doc(hidden)]
    fn area(&self, n: u32) -> u32 {
        n + 8
    }

    #[deprecated]
    #[memoize]
    #[expect(unused_variables)]
    fn old(n: u32) -> u32 {
        9
    }
}

#[rustfmt::skip]
#[memoize]
#[must_use] #[allow(clippy::many_single_char_names)]
fn formatted(n: u32) -> u32 { n + 10 }

// An attribute on a parameter stays with the body.
#[memoize]
fn parameter(#[allow(unused_variables)] n: u32, #[expect(unused_variables)] m: u32) -> u32 {
    11
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (square(3), inlined(1), allowed(1, 2), expected(1, 2)),
            (9, 2, 4, 5)
        );
        assert_eq!(
            (expected_mut(1), linted(1), conditional(1), Shape.area(1)),
            (6, 7, 8, 9)
        );
        #[allow(deprecated)]
        {
            assert_eq!((old(1), Shape::old(1)), (3, 9));
        }
        assert_eq!((formatted(1), parameter(1, 2)), (11, 11));
    }
    assert_eq!(
        (
            square_cache_info().hits,
            inlined_cache_info().hits,
            allowed_cache_info().hits
        ),
        (1, 1, 1)
    );
    assert_eq!(
        (expected_cache_info().hits, expected_mut_cache_info().hits),
        (1, 1)
    );
    assert_eq!(
        (linted_cache_info().hits, conditional_cache_info().hits),
        (1, 1)
    );
    assert_eq!(
        (Shape::area_cache_info().hits, formatted_cache_info().hits),
        (1, 1)
    );
    assert_eq!(parameter_cache_info().hits, 1);
    // `deprecated` stands on the function, not on its helpers.
    assert_eq!(
        (old_cache_info().hits, Shape::old_cache_info().hits),
        (1, 1)
    );

    // The body itself sees who calls it.
    assert_eq!(tracked_uncached(1), 10_000 + line!());
    let value = tracked(2);
    assert_eq!(value, tracked(2));
}
