//! `#[cfg]` on a function decides about its helpers too, whether it stands before or after the attribute.
#![deny(warnings, unused)]
#![allow(clippy::non_minimal_cfg)]
use memofn::memoize;

#[cfg(all())]
#[memoize]
fn before(n: u32) -> u32 {
    n + 1
}

#[cfg(any())]
#[memoize]
fn before(n: NoSuchType) -> u32 {
    n + 2
}

#[memoize]
#[cfg(all())]
fn after(n: u32) -> u32 {
    n + 3
}

#[memoize(frobnicate = "this is never read")]
#[cfg(any())]
fn after(n: NoSuchType) -> u32 {
    n + 4
}

#[cfg(any())]
#[memoize(frobnicate = "nor is this")]
fn gone(n: u32) -> u32 {
    n
}

fn gone_cache_info() -> &'static str {
    "free"
}

struct Shape;

impl Shape {
    #[cfg(all())]
    #[memoize]
    fn made(n: u32) -> u32 {
        n + 5
    }

    #[memoize]
    #[cfg(any())]
    fn made(n: u32) -> u32 {
        n + 6
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!((before(1), after(1), Shape::made(1)), (2, 4, 6));
    }
    assert_eq!(
        (
            before_cache_info().hits,
            after_cache_info().hits,
            Shape::made_cache_info().hits
        ),
        (1, 1, 1)
    );
    assert_eq!(gone_cache_info(), "free");
}
