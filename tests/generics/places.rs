//! Where functions with parameters stand: in functions, `impl`s, generic ones too, and traits.

use crate::{Kilometre, Metre, Plain, Unit, called, twice};
use memofn::memoize;
use std::hash::Hash;
use std::marker::PhantomData;

#[test]
fn local_functions() {
    fn outer<T: Plain>(value: T) -> (T, usize) {
        #[memoize]
        fn inner<T: Plain>(value: T, n: usize) -> (T, usize) {
            called();
            (value, n * size_of::<T>())
        }
        let given = inner(value, 2);
        assert_eq!(inner_cache_info::<T>().len, 1);
        given
    }
    assert_eq!(twice(|| outer(3_u8)), ((3, 2), 1));
    assert_eq!(twice(|| outer(3_u32)), ((3, 8), 1));
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

impl Shape {
    #[memoize]
    fn scaled<U: Unit>(&self, by: u32) -> u32 {
        called();
        self.0 * by * U::FACTOR
    }

    #[memoize(skip(self))]
    fn shared<const N: u32>(&self, by: u32) -> u32 {
        called();
        by * N
    }

    #[memoize]
    fn of<T: Into<u32> + Plain>(sides: T) -> Self {
        called();
        Self(sides.into())
    }

    // Nothing here tells that it stands in an `impl`.
    #[memoize]
    fn plain<T: Into<u32> + Plain>(sides: T) -> u32 {
        called();
        sides.into()
    }

    #[memoize]
    fn into_sides<T: From<u32> + Plain>(self) -> T {
        called();
        self.0.into()
    }
}

#[test]
fn methods_and_associated_functions() {
    let (three, four) = (Shape(3), Shape(4));
    assert_eq!(twice(|| three.scaled::<Metre>(2)), (6, 1));
    assert_eq!(twice(|| three.scaled::<Kilometre>(2)), (6000, 1));
    assert_eq!(twice(|| four.scaled::<Metre>(2)), (8, 1));
    assert_eq!(twice(|| three.shared::<2>(2)), (4, 1));
    assert_eq!(twice(|| four.shared::<2>(2)), (4, 0));
    assert_eq!(twice(|| four.shared::<3>(2)), (6, 1));
    assert_eq!(twice(|| Shape::of(5_u8)), (Shape(5), 1));
    assert_eq!(twice(|| Shape::of(5_u16)), (Shape(5), 1));
    assert_eq!(twice(|| Shape::plain(5_u8)), (5, 1));
    assert_eq!(twice(|| Shape::plain('a')), (97, 1));
    assert_eq!(twice(|| three.clone().into_sides::<u64>()), (3, 1));
    assert_eq!(twice(|| three.clone().into_sides::<u32>()), (3, 1));
}

struct Converter<U>(PhantomData<U>);

impl<U: Unit> Converter<U> {
    #[memoize]
    fn metres(n: u32) -> u32
    where
        Self: Sized,
    {
        called();
        n * U::FACTOR
    }

    #[memoize(skip(self))]
    fn times<const N: u32, V: Unit>(&self, n: u32) -> u32 {
        called();
        n * U::FACTOR * V::FACTOR * N
    }
}

#[test]
fn generic_impls() {
    type M = Converter<Metre>;
    type K = Converter<Kilometre>;
    assert_eq!(twice(|| M::metres(2)), (2, 1));
    assert_eq!(twice(|| K::metres(2)), (2000, 1));
    let (metres, kilometres): (M, K) = (Converter(PhantomData), Converter(PhantomData));
    assert_eq!(twice(|| metres.times::<1, Kilometre>(2)), (2000, 1));
    assert_eq!(twice(|| kilometres.times::<1, Metre>(2)), (2000, 1));
    assert_eq!(twice(|| kilometres.times::<2, Metre>(2)), (4000, 1));
    assert_eq!(
        twice(|| kilometres.times::<1, Kilometre>(2)),
        (2_000_000, 1)
    );
    assert_eq!(M::times_cache_info::<1, Kilometre>().misses, 1);
    assert_eq!(M::times_cache_info::<1, Metre>().misses, 0);
}

trait Area {
    fn area<T: From<u32> + Plain>(&self, n: u32) -> T;
    fn unit<U: Unit>() -> u32;

    #[memoize(helpers = false)]
    fn doubled<T: From<u32> + Plain>(&self, n: u32) -> T
    where
        Self: Sized + Hash + Eq + Clone + Send + Sync + 'static,
    {
        called();
        (self.sides() * n * 2).into()
    }

    #[memoize(helpers = false, skip(self))]
    fn name<const N: u32>(&self) -> String {
        called();
        format!("{} {N}", std::any::type_name::<Self>())
    }

    // Neither speaks of `Self` nor has `self`.
    #[memoize(helpers = false)]
    fn free<T: Plain>(value: T) -> T
    where
        Self: Sized,
    {
        called();
        value
    }

    fn sides(&self) -> u32;
}

impl Area for Shape {
    #[memoize(helpers = false)]
    fn area<T: From<u32> + Plain>(&self, n: u32) -> T {
        called();
        (self.0 * n).into()
    }

    #[memoize(helpers = false)]
    fn unit<U: Unit>() -> u32 {
        called();
        U::FACTOR
    }

    fn sides(&self) -> u32 {
        self.0
    }
}

impl<W: Unit> Area for Converter<W> {
    #[memoize(helpers = false, skip(self))]
    fn area<T: From<u32> + Plain>(&self, n: u32) -> T {
        called();
        (W::FACTOR * n).into()
    }

    #[memoize(helpers = false)]
    fn unit<U: Unit>() -> u32
    where
        Self: Sized,
    {
        called();
        U::FACTOR * W::FACTOR
    }

    fn sides(&self) -> u32 {
        W::FACTOR
    }
}

#[test]
fn traits() {
    let (shape, metres) = (Shape(3), Converter::<Metre>(PhantomData));
    let kilometres = Converter::<Kilometre>(PhantomData);
    assert_eq!(twice(|| shape.area::<u32>(2)), (6, 1));
    assert_eq!(twice(|| shape.area::<u64>(2)), (6, 1));
    assert_eq!(twice(|| metres.area::<u32>(2)), (2, 1));
    assert_eq!(twice(|| kilometres.area::<u32>(2)), (2000, 1));
    assert_eq!(twice(Shape::unit::<Kilometre>), (1000, 1));
    assert_eq!(twice(Shape::unit::<Metre>), (1, 1));
    assert_eq!(twice(Converter::<Metre>::unit::<Kilometre>), (1000, 1));
    assert_eq!(
        twice(Converter::<Kilometre>::unit::<Kilometre>),
        (1_000_000, 1)
    );
    assert_eq!(twice(|| shape.doubled::<u32>(2)), (12, 1));
    assert_eq!(twice(|| shape.doubled::<u64>(2)), (12, 1));
    assert_eq!(twice(|| Shape(4).doubled::<u32>(2)), (16, 1));
    assert_eq!(
        twice(|| shape.name::<1>()),
        ("generics::places::Shape 1".into(), 1)
    );
    assert_eq!(
        twice(|| Shape(4).name::<1>()),
        ("generics::places::Shape 1".into(), 0)
    );
    assert_eq!(
        twice(|| shape.name::<2>()),
        ("generics::places::Shape 2".into(), 1)
    );
    let (name, ran) = twice(|| metres.name::<1>());
    assert!(name.contains("Metre") && ran == 1, "{name}");
    assert_eq!(twice(|| Shape::free(1_u8)), (1, 1));
    assert_eq!(twice(|| Shape::free(1_u16)), (1, 1));
}
