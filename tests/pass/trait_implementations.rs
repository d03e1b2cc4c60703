//! Methods and associated functions of a trait, memoized where they are implemented.
#![deny(warnings, unused)]
use memofn::memoize;
use std::sync::atomic::{AtomicU32, Ordering};

static CALLS: AtomicU32 = AtomicU32::new(0);

fn calls() -> u32 {
    CALLS.swap(0, Ordering::Relaxed)
}

trait Area {
    const FACTOR: u32;
    fn area(&self, n: u32) -> u32;
    fn of(n: u32) -> Self
    where
        Self: Sized;
    fn shared(&self, text: &str) -> usize;
    fn taken(self) -> u32;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Square(u32);

impl Area for Square {
    const FACTOR: u32 = 2;

    #[memoize(helpers = false)]
    fn area(&self, n: u32) -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        self.0 * n * Self::FACTOR
    }

    #[memoize(helpers = false)]
    fn of(n: u32) -> Self
    where
        Self: Sized,
    {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Self(n)
    }

    #[memoize(helpers = false, skip(self))]
    fn shared(&self, text: &str) -> usize {
        CALLS.fetch_add(1, Ordering::Relaxed);
        text.len()
    }

    #[memoize(helpers = false)]
    fn taken(self) -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Circle(u32);

impl Area for Circle {
    const FACTOR: u32 = 3;

    #[memoize(helpers = false)]
    fn area(&self, n: u32) -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        self.0 * n * <Self as Area>::FACTOR
    }

    #[memoize(helpers = false)]
    fn of(n: u32) -> Self {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Circle(n + 1)
    }

    #[memoize(helpers = false, key = (self.0, text.len()))]
    fn shared(&self, text: &str) -> usize {
        CALLS.fetch_add(1, Ordering::Relaxed);
        text.len() + self.0 as usize
    }

    #[memoize(helpers = false)]
    fn taken(self) -> u32 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        self.0
    }
}

// An associated function that names no `Self` in its signature.
impl From<u8> for Square {
    #[memoize(helpers = false)]
    fn from(n: u8) -> Square {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Square(n.into())
    }
}

impl std::ops::Add for Square {
    type Output = Square;

    #[memoize(helpers = false)]
    fn add(self, other: Square) -> Square {
        CALLS.fetch_add(1, Ordering::Relaxed);
        Square(self.0 + other.0)
    }
}

impl std::str::FromStr for Square {
    type Err = std::num::ParseIntError;

    #[memoize(helpers = false)]
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        CALLS.fetch_add(1, Ordering::Relaxed);
        text.parse().map(Self)
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (Square(3).area(2), Circle(3).area(2), Square(4).area(2)),
            (12, 18, 16)
        );
    }
    assert_eq!(calls(), 3);
    for _ in 0..2 {
        assert_eq!((Square::of(1), Circle::of(1)), (Square(1), Circle(2)));
    }
    assert_eq!(calls(), 2);
    for _ in 0..2 {
        assert_eq!((Square(1).shared("ab"), Square(2).shared("ab")), (2, 2));
    }
    assert_eq!(calls(), 1);
    for _ in 0..2 {
        assert_eq!(
            (
                Circle(1).shared("ab"),
                Circle(1).shared("cd"),
                Circle(2).shared("ab")
            ),
            (3, 3, 4)
        );
    }
    assert_eq!(calls(), 2);
    for _ in 0..2 {
        assert_eq!((Square(1).taken(), Circle(1).taken()), (1, 1));
    }
    assert_eq!(calls(), 2);
    for _ in 0..2 {
        assert_eq!(
            (Square::from(1), Square(1) + Square(2)),
            (Square(1), Square(3))
        );
    }
    assert_eq!(calls(), 2);
    for _ in 0..2 {
        assert_eq!("7".parse(), Ok(Square(7)));
        assert!("x".parse::<Square>().is_err());
    }
    assert_eq!(calls(), 3);
}
