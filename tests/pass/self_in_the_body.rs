//! A `Self` in the body is that of the `impl` around, or of an item inside.
#![deny(warnings, unused)]
use memofn::memoize;

// A free function: all these are the items' own.
#[memoize]
fn free(n: u32) -> u32 {
    struct Pair(u32, u32);

    impl Pair {
        const ONE: u32 = 1;

        fn new(n: u32) -> Self {
            Self(n, Self::ONE)
        }
    }

    trait Twice: Sized {
        fn twice(self) -> (Self, Self);
    }

    impl Twice for u32 {
        fn twice(self) -> (Self, Self) {
            (self, self)
        }
    }

    enum List {
        Nil,
        Cons(u32, Box<Self>),
    }

    impl List {
        fn sum(&self) -> u32 {
            match self {
                Self::Nil => 0,
                Self::Cons(n, rest) => n + rest.sum(),
            }
        }
    }

    let pair = Pair::new(n);
    pair.0 + pair.1 + n.twice().1 + List::Cons(n, Box::new(List::Nil)).sum()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shape(u32);

impl Shape {
    const FACTOR: u32 = 10;

    // In a macro.
    #[memoize]
    fn in_a_macro(n: u32) -> usize {
        vec![Self::FACTOR; n as usize].len()
    }

    // In a closure.
    #[memoize]
    fn in_a_closure(n: u32) -> u32 {
        let scale = |n: u32| n * Self::FACTOR;
        scale(n)
    }

    // After an item that has its own.
    #[memoize]
    fn after_an_item(n: u32) -> u32 {
        struct Inner(u32);

        impl Inner {
            fn new(n: u32) -> Self {
                Self(n)
            }
        }

        Inner::new(n).0 * Self::FACTOR
    }

    // Only in an item.
    #[memoize]
    fn only_in_an_item(n: u32) -> u32 {
        struct Inner(u32);

        impl Inner {
            fn new(n: u32) -> Self {
                Self(n)
            }
        }

        Inner::new(n).0
    }

    // As a pattern and as a constructor.
    #[memoize]
    fn as_a_pattern(n: u32) -> u32 {
        let Self(n) = Self(n);
        n
    }

    // The function itself, by its path.
    #[memoize]
    fn by_its_path(n: u32) -> u32 {
        if n == 0 {
            0
        } else {
            Self::by_its_path(n - 1) + Shape::by_its_path(n - 1) + 1
        }
    }

    fn with_local(self) -> u32 {
        #[memoize]
        fn local(shape: &Shape) -> u32 {
            shape.0 + 1
        }
        local(&self) + local(&self)
    }
}

pub(crate) fn main() {
    struct Local(u32);

    impl Local {
        #[memoize]
        fn made(n: u32) -> u32 {
            Self(n).0
        }

        #[memoize(key = self.0)]
        fn method(&self) -> u32 {
            self.0 + Self::made(1)
        }
    }

    impl From<Local> for u32 {
        #[memoize(helpers = false, key = local.0)]
        fn from(local: Local) -> u32 {
            local.0
        }
    }

    for _ in 0..2 {
        assert_eq!(free(2), 2 + 1 + 2 + 2);
        assert_eq!(
            (
                Shape::in_a_macro(3),
                Shape::in_a_closure(3),
                Shape::after_an_item(3)
            ),
            (3, 30, 30)
        );
        assert_eq!(
            (
                Shape::only_in_an_item(3),
                Shape::as_a_pattern(3),
                Shape::by_its_path(5)
            ),
            (3, 3, 31)
        );
        assert_eq!(Shape(1).with_local(), 4);
        assert_eq!(
            (Local::made(1), Local(2).method(), u32::from(Local(3))),
            (1, 3, 3)
        );
    }
    assert_eq!(
        (free_cache_info().hits, Shape::in_a_macro_cache_info().hits),
        (1, 1)
    );
    assert_eq!(
        (
            Shape::in_a_closure_cache_info().hits,
            Shape::after_an_item_cache_info().hits
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Shape::only_in_an_item_cache_info().hits,
            Shape::as_a_pattern_cache_info().hits
        ),
        (1, 1)
    );
    assert_eq!(
        (
            Shape::by_its_path_cache_info().hits,
            Shape::by_its_path_cache_info().misses
        ),
        (6, 6)
    );
    assert_eq!(
        (
            Local::made_cache_info().hits,
            Local::method_cache_info().hits
        ),
        (2, 1)
    );
}
