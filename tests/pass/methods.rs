//! Methods: the receiver is part of the key, in each way it can be written.
#![deny(warnings, unused)]
use memofn::memoize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shape {
    sides: u32,
}

impl Shape {
    #[memoize]
    fn by_reference(&self, n: u32) -> u32 {
        self.sides * n
    }

    #[memoize]
    fn by_value(self) -> u32 {
        self.sides + 1
    }

    #[memoize]
    fn mutable(mut self, n: u32) -> Self {
        self.sides += n;
        self
    }

    #[memoize]
    fn typed(self: &Self) -> u32 {
        self.sides + 2
    }

    #[memoize]
    fn typed_value(self: Self, other: &Self) -> u32 {
        self.sides + other.sides
    }

    #[memoize]
    fn with_lifetime<'a>(&'a self, text: &'a str, _: &Self) -> Option<Self> {
        Some(Shape {
            sides: self.sides + text.len() as u32,
        })
    }

    #[memoize]
    fn recursive(&self, n: u32) -> u32 {
        if n == 0 {
            self.sides
        } else {
            self.recursive(n - 1) + Self::recursive(self, n - 1)
        }
    }
}

pub(crate) fn main() {
    let (triangle, square) = (Shape { sides: 3 }, Shape { sides: 4 });
    for _ in 0..2 {
        assert_eq!((triangle.by_reference(2), square.by_reference(2)), (6, 8));
        assert_eq!((triangle.by_value(), square.by_value()), (4, 5));
        assert_eq!(triangle.mutable(1), square);
        assert_eq!((triangle.typed(), triangle.typed_value(&square)), (5, 7));
        assert_eq!(triangle.with_lifetime("a", &square), Some(square));
        assert_eq!(triangle.recursive(10), 3 * 1024);
    }
    let info = Shape::by_reference_cache_info();
    assert_eq!((info.hits, info.misses, info.len), (2, 2, 2));
    assert_eq!(
        (
            Shape::by_value_cache_info().hits,
            Shape::mutable_cache_info().hits
        ),
        (2, 1)
    );
    assert_eq!(
        (
            Shape::typed_cache_info().hits,
            Shape::typed_value_cache_info().hits
        ),
        (1, 1)
    );
    assert_eq!(Shape::with_lifetime_cache_info().hits, 1);
    assert_eq!(
        (
            Shape::recursive_cache_info().hits,
            Shape::recursive_cache_info().misses
        ),
        (11, 11)
    );

    // An equal instance finds what another has stored.
    assert_eq!(Shape { sides: 3 }.by_reference_cache_get(2), Some(6));
    assert_eq!(triangle.by_reference_cache_insert(2, 60), Some(6));
    assert_eq!(triangle.by_reference(2), 60);
    assert_eq!(triangle.by_reference_uncached(2), 6);
    assert_eq!(triangle.by_reference_cache_refresh(2), 6);
    assert_eq!(triangle.by_reference_cache_remove(2), Some(6));
    assert_eq!(triangle.by_reference_cache_get(2), None);
    assert_eq!(square.by_reference_cache_get(2), Some(8));
    assert_eq!(triangle.mutable_cache_get(1), Some(square));
    assert_eq!(triangle.typed_value_cache_get(&square), Some(7));
    Shape::by_reference_cache_clear();
    assert_eq!(Shape::by_reference_cache_info().len, 0);
    assert!(Shape::by_reference_cache().is_empty());
}
