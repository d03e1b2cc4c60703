//! A function whose names are against the style, and allowed to be, has helpers that are allowed it too.
#![deny(warnings, unused, nonstandard_style)]
use memofn::memoize;

#[memoize]
#[allow(non_snake_case)]
fn Area(Width: u32, Height: u32) -> u32 {
    Width * Height
}

struct Shape;

#[allow(non_snake_case)]
impl Shape {
    #[memoize]
    fn Of(Sides: u32) -> u32 {
        Sides
    }
}

mod names {
    #![allow(non_snake_case)]

    #[memofn::memoize(skip(Other))]
    pub fn Letters(Text: &str, Other: u32) -> usize {
        Text.len() + Other as usize
    }

    #[memofn::memoize]
    pub fn größe(länge: u32) -> u32 {
        länge + 1
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!(
            (
                Area(2, 3),
                Shape::Of(3),
                names::Letters("ab", 1),
                names::größe(1)
            ),
            (6, 3, 3, 2)
        );
    }
    assert_eq!(
        (Area_cache_info().hits, Shape::Of_cache_info().hits),
        (1, 1)
    );
    assert_eq!(
        (names::Letters_cache_get("ab"), names::größe_cache_get(1)),
        (Some(3), Some(2))
    );
}
