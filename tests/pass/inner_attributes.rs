//! A body that begins with attributes or documentation of its own.
#![deny(warnings, unused)]
use memofn::memoize;

#[memoize]
fn inner(n: u32) -> u32 {
    #![allow(unused_variables, non_snake_case)]
    let Unused = n;
    n + 1
}

struct Shape;

impl Shape {
    #[memoize(skip(self))]
    fn area(&self, n: u32) -> u32 {
        #![allow(unused_variables)]
        let unused = self;
        n + 2
    }

    #[memoize]
    fn made(n: u32) -> u32 {
        #![allow(unused_variables)]
        let unused = n;
        n + 3
    }
}

trait Measured {
    fn size(&self, n: u32) -> u32;
}

impl Measured for Shape {
    #[memoize(skip(self), helpers = false)]
    fn size(&self, n: u32) -> u32 {
        //! Documentation.
        #![allow(unused_variables)]
        let unused = n;
        n + 4
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!((inner(1), Shape.area(1), Shape::made(1), Shape.size(1)), (2, 3, 4, 5));
    }
    assert_eq!(
        (inner_cache_info().hits, Shape::area_cache_info().hits),
        (1, 1)
    );
    assert_eq!(Shape::made_cache_info().hits, 1);
}
