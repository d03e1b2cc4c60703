//! Functions with type, const and lifetime parameters of their own: each instance has a cache of its
//! own, also where its parameters show in neither key nor value.

use memofn::memoize;
use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::marker::PhantomData;
use std::rc::Rc;

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// Bodies run since it was asked last, in this thread.
fn calls() -> u32 {
    CALLS.take()
}

fn called() {
    CALLS.set(CALLS.get() + 1);
}

/// What a call gives, asked for twice, and how many bodies ran for it.
fn twice<V: PartialEq + Debug>(call: impl Fn() -> V) -> (V, u32) {
    calls();
    let first = call();
    assert_eq!(call(), first);
    (first, calls())
}

trait Unit {
    const FACTOR: u32;
}

struct Metre;
struct Kilometre;

impl Unit for Metre {
    const FACTOR: u32 = 1;
}

impl Unit for Kilometre {
    const FACTOR: u32 = 1000;
}

// A type that shows in neither key nor value.
#[memoize]
fn size<T>(n: usize) -> usize {
    called();
    n * size_of::<T>()
}

// A const.
#[memoize]
fn times<const N: u32>(n: u32) -> u32 {
    called();
    n * N
}

// A type of which only a bound tells something.
#[memoize]
fn metres<U: Unit>(n: u32) -> u32 {
    called();
    n * U::FACTOR
}

#[test]
fn instances_that_do_not_show_in_key_and_value_share_nothing() {
    assert_eq!(twice(|| size::<u8>(3)), (3, 1));
    assert_eq!(twice(|| size::<u64>(3)), (24, 1));
    assert_eq!(twice(|| times::<2>(5)), (10, 1));
    assert_eq!(twice(|| times::<3>(5)), (15, 1));
    assert_eq!(twice(|| metres::<Metre>(2)), (2, 1));
    assert_eq!(twice(|| metres::<Kilometre>(2)), (2000, 1));
}

/// What a type of the keys and values below needs.
trait Plain: Hash + Eq + Clone + Send + Sync + Debug + 'static {}
impl<T: Hash + Eq + Clone + Send + Sync + Debug + 'static> Plain for T {}

#[memoize]
fn pair<T: Plain, U>(left: T, right: U) -> (U, T)
where
    U: Plain,
{
    called();
    (right, left)
}

#[memoize]
fn shown<T: Plain + Display>(value: &T, list: &[T], maybe: Option<&T>) -> String {
    called();
    format!("{value} {} {}", list.len(), maybe.is_some())
}

#[memoize]
fn sum<const N: usize>(numbers: [u32; N]) -> u32 {
    called();
    numbers.iter().sum()
}

#[memoize]
fn widened<const N: usize, T: Default + Copy + Plain>(value: T) -> [T; N] {
    called();
    [value; N]
}

#[test]
fn parameters_in_keys_and_values() {
    assert_eq!(twice(|| pair(1_u8, 'a')), (('a', 1), 1));
    assert_eq!(twice(|| pair(1_u16, 'a')), (('a', 1), 1));
    assert_eq!(twice(|| pair('a', 1_u8)), ((1, 'a'), 1));
    assert_eq!(twice(|| pair(1_u8, 'a')), (('a', 1), 0));
    assert_eq!(twice(|| shown(&1, &[2, 3], None)), ("1 2 false".into(), 1));
    assert_eq!(
        twice(|| shown(&"1", &["2", "3"], None)),
        ("1 2 false".into(), 1)
    );
    assert_eq!(
        twice(|| shown(&1, &[2, 3], Some(&4))),
        ("1 2 true".into(), 1)
    );
    assert_eq!(twice(|| sum([1, 2])), (3, 1));
    assert_eq!(twice(|| sum([1, 2, 0])), (3, 1));
    assert_eq!(twice(|| widened::<2, _>(7_u8)), ([7, 7], 1));
    assert_eq!(twice(|| widened::<2, _>(7_u16)), ([7, 7], 1));
    assert_eq!(twice(|| widened::<3, _>(7_u8)), ([7, 7, 7], 1));
}

#[memoize]
fn length<'a, T>(text: &'a str, of: &'a [T]) -> usize
where
    T: Plain,
    &'a [T]: Debug,
{
    called();
    text.len() + of.len()
}

struct Borrowing<'a, T>(&'a T);

// An early-bound lifetime inside a parameter: what differs in lifetimes only is one instance.
#[memoize(skip(holder))]
fn marked<H>(holder: H, n: u32) -> u32
where
    H: Sized,
{
    called();
    let _ = &holder;
    n
}

#[test]
fn lifetimes_make_no_instances() {
    let ends = String::from("ab");
    assert_eq!(twice(|| length("ab", &[1])), (3, 1));
    assert_eq!(twice(|| length(&ends, &vec![1])), (3, 0));
    let local = 5_u8;
    let of_the_call = Borrowing(&local);
    static FOREVER: u8 = 7;
    let of_the_program: Borrowing<'static, u8> = Borrowing(&FOREVER);
    assert_eq!((*of_the_call.0, *of_the_program.0), (5, 7));
    calls();
    assert_eq!(marked(&of_the_call, 1) + marked(&of_the_program, 1), 2);
    assert_eq!(calls(), 1);
    assert_eq!(marked(of_the_program, 1) + marked(of_the_call, 1), 2);
    assert_eq!(calls(), 1);
}

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
    assert_eq!(twice(|| shape.name::<1>()), ("generics::Shape 1".into(), 1));
    assert_eq!(
        twice(|| Shape(4).name::<1>()),
        ("generics::Shape 1".into(), 0)
    );
    assert_eq!(twice(|| shape.name::<2>()), ("generics::Shape 2".into(), 1));
    let (name, ran) = twice(|| metres.name::<1>());
    assert!(name.contains("Metre") && ran == 1, "{name}");
    assert_eq!(twice(|| Shape::free(1_u8)), (1, 1));
    assert_eq!(twice(|| Shape::free(1_u16)), (1, 1));
}

#[memoize(key = (value.to_string(), N))]
fn given<const N: usize, T: Display>(value: &T, _ignored: f64) -> String {
    called();
    value.to_string().repeat(N)
}

#[memoize(key = n % M)]
fn inferred<const M: u32, U: Unit>(n: u32) -> u32 {
    called();
    n % M * U::FACTOR
}

#[memoize(key = value)]
fn chosen<T: Plain, U>(value: &T, _other: &U) -> T {
    called();
    value.clone()
}

#[test]
fn keys_of_ones_own() {
    assert_eq!(twice(|| given::<2, _>(&1, 0.5)), ("11".into(), 1));
    assert_eq!(twice(|| given::<2, _>(&1, 1.5)), ("11".into(), 0));
    assert_eq!(twice(|| given::<2, _>(&"1", 0.5)), ("11".into(), 1));
    assert_eq!(twice(|| inferred::<7, Metre>(8)), (1, 1));
    assert_eq!(twice(|| inferred::<7, Metre>(15)), (1, 0));
    assert_eq!(twice(|| inferred::<7, Kilometre>(8)), (1000, 1));
    assert_eq!(twice(|| inferred::<3, Metre>(4)), (1, 1));
    assert_eq!(twice(|| chosen(&'a', &1)), ('a', 1));
    assert_eq!(twice(|| chosen(&'a', &2)), ('a', 0));
    assert_eq!(twice(|| chosen(&'a', &0.5)), ('a', 1));
}

#[memoize(scope = "thread")]
fn of_thread<T: Clone + Hash + Eq + 'static>(value: T, n: usize) -> Rc<(T, usize)> {
    called();
    Rc::new((value, n * size_of::<T>()))
}

#[memoize(scope = "thread", key = n % 10)]
fn of_thread_inferred<U: Unit>(n: u32) -> u32 {
    called();
    n % 10 * U::FACTOR
}

impl Shape {
    #[memoize(scope = "thread")]
    fn of_thread<const N: u32>(&self, n: u32) -> Rc<u32> {
        called();
        Rc::new(self.0 * n * N)
    }
}

#[test]
fn caches_of_a_thread() {
    for _ in 0..2 {
        let here = || {
            assert_eq!(twice(|| of_thread(1_u8, 3)), (Rc::new((1, 3)), 1));
            assert_eq!(twice(|| of_thread(1_u32, 3)), (Rc::new((1, 12)), 1));
            assert_eq!(
                twice(|| of_thread(Rc::new(1), 1)),
                (Rc::new((Rc::new(1), 8)), 1)
            );
            assert_eq!(twice(|| of_thread_inferred::<Metre>(2)), (2, 1));
            assert_eq!(twice(|| of_thread_inferred::<Kilometre>(12)), (2000, 1));
            assert_eq!(twice(|| Shape(2).of_thread::<2>(2)), (Rc::new(8), 1));
            assert_eq!(twice(|| Shape(2).of_thread::<3>(2)), (Rc::new(12), 1));
            let info = of_thread_cache_info::<u8>();
            assert_eq!((info.hits, info.misses, info.len), (1, 1, 1));
            assert_eq!(of_thread_cache::<u32>().len(), 1);
            assert_eq!(Shape::of_thread_cache_info::<4>().misses, 0);
        };
        std::thread::spawn(here).join().unwrap();
    }
}

// Of each type it has the results for itself, while those of other types are being computed.
#[memoize]
fn nested<T: Unit>(n: u32) -> u32 {
    called();
    match n {
        0 => T::FACTOR,
        n => nested::<T>(n - 1) + nested::<Metre>(n - 1),
    }
}

#[test]
fn recursion_through_several_instances() {
    assert_eq!(twice(|| nested::<Kilometre>(20)).0, 1000 + (1 << 20) - 1);
    assert_eq!(
        (
            nested_cache_info::<Metre>().len,
            nested_cache_info::<Kilometre>().len
        ),
        (20, 21)
    );
}

#[memoize(capacity = 2)]
fn helped<T: Plain, const N: usize>(value: T) -> Vec<T> {
    called();
    vec![value; N]
}

#[test]
fn helpers_speak_of_one_instance() {
    helped::<u8, 2>(1);
    helped::<u8, 3>(1);
    helped::<u8, 2>(1);
    let info = helped_cache_info::<u8, 2>();
    assert_eq!((info.hits, info.misses, info.len), (1, 1, 1));
    assert_eq!(helped_cache_info::<u8, 3>().hits, 0);
    assert_eq!(helped_cache_info::<u16, 2>().len, 0);
    assert_eq!(helped_cache_parameters::<u8, 2>().capacity, Some(2));
    assert_eq!(helped_cache_get::<u8, 2>(1), Some(vec![1, 1]));
    assert_eq!(helped_cache_get::<u8, 2>(2), None);
    assert_eq!(helped_cache_insert::<u8, 2>(2, vec![7]), None);
    assert_eq!(
        (helped::<u8, 2>(2), helped::<u8, 3>(2)),
        (vec![7], vec![2; 3])
    );
    assert_eq!(helped_cache_remove::<u8, 2>(2), Some(vec![7]));
    assert_eq!(helped_cache_refresh::<u8, 2>(2), vec![2, 2]);
    assert_eq!(helped_uncached::<char, 1>('a'), vec!['a']);
    assert_eq!(helped_cache::<u8, 2>().get(&2), Some(vec![2, 2]));
    assert_eq!(helped_cache::<char, 1>().len(), 0);
    helped_cache_clear::<u8, 2>();
    assert_eq!(
        (
            helped_cache_info::<u8, 2>().len,
            helped_cache_info::<u8, 3>().len
        ),
        (0, 2)
    );
}

#[memoize(name = "every instance")]
fn listed<T>(n: u32) -> u32 {
    called();
    n
}

#[test]
fn the_list_of_all_caches_has_each_instance_used() {
    let found = || {
        memofn::caches()
            .into_iter()
            .filter(|cache| cache.name() == "every instance")
            .count()
    };
    assert_eq!(found(), 0);
    listed::<u8>(1);
    assert_eq!(found(), 1);
    listed::<u16>(1);
    listed::<u8>(2);
    assert_eq!(found(), 2);
}

#[memoize]
fn parsed<T: std::str::FromStr + Plain>(text: &str) -> Result<T, T::Err>
where
    T::Err: Send + Sync + 'static,
{
    called();
    text.parse()
}

#[memoize]
fn projected<I: Iterator + Plain>(items: I) -> Option<I::Item>
where
    I::Item: Plain,
{
    called();
    items.last()
}

#[test]
fn results_by_kind_and_projections() {
    assert_eq!(twice(|| parsed::<u8>("7")), (Ok(7), 1));
    assert_eq!(twice(|| parsed::<u16>("7")), (Ok(7), 1));
    assert_eq!(twice(|| parsed::<u8>("x").is_err()), (true, 2));
    assert_eq!(twice(|| projected(Counter(3))), (Some(0), 1));
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Counter(u32);

impl Iterator for Counter {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

/// Many instances, first used by many threads at once: each gets one cache.
#[test]
fn instances_that_begin_at_once() {
    #[memoize]
    fn contended<const N: usize>(n: usize) -> usize {
        n * N
    }
    macro_rules! all {
        ($($n:literal)*) => {
            let start = std::sync::Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        start.wait();
                        $(assert_eq!(contended::<$n>(3), 3 * $n);)*
                    });
                }
            });
            $(
                let info = contended_cache_info::<$n>();
                assert_eq!((info.hits + info.misses, info.len), (4, 1));
            )*
        };
    }
    all!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}
