//! Where the attribute may stand, and with what helpers.

use crate::alone;
use futures::executor::block_on;
use memofn::{Cache, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static RUNS: AtomicU32 = AtomicU32::new(0);

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

trait Area {
    fn area(&self, n: u32) -> u32;
    fn unit(n: u32) -> u32;
    fn area_async(&self, n: u32) -> impl Future<Output = u32> + Send;
}

impl Area for Shape {
    #[memoize(helpers = false, capacity = 10)]
    fn area(&self, n: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        self.0 * n
    }
    #[memoize(helpers = false)]
    fn unit(n: u32) -> u32
    where
        Self: Sized,
    {
        RUNS.fetch_add(1, Relaxed);
        n
    }
    #[memoize(helpers = false, ttl = "1h")]
    async fn area_async(&self, n: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        self.0 * n
    }
}

impl<T: Clone + Eq + std::hash::Hash + Send + Sync + 'static> Area for Vec<T> {
    #[memoize(helpers = false, skip(self))]
    fn area(&self, n: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        n + u32::try_from(size_of::<T>()).unwrap()
    }
    #[memoize(helpers = false)]
    fn unit(n: u32) -> u32
    where
        Self: Sized,
    {
        RUNS.fetch_add(1, Relaxed);
        n * u32::try_from(size_of::<T>()).unwrap()
    }
    #[memoize(helpers = false)]
    async fn area_async(&self, n: u32) -> u32 {
        RUNS.fetch_add(1, Relaxed);
        n + u32::try_from(self.len()).unwrap()
    }
}

fn runs<R>(f: impl FnOnce() -> R) -> (R, u32) {
    let before = RUNS.load(Relaxed);
    let result = f();
    (result, RUNS.load(Relaxed) - before)
}

/// One test, since all count the same runs.
#[test]
fn implementations_of_a_trait() {
    let _alone = alone();
    let shape = Shape(3);
    assert_eq!(runs(|| (shape.area(2), shape.area(2))), ((6, 6), 1));
    assert_eq!(runs(|| (Shape(4).area(2), Shape(3).area(2))), ((8, 6), 1));
    assert_eq!(runs(|| (Shape::unit(2), Shape::unit(2))), ((2, 2), 1));
    let twice = || {
        (
            block_on(shape.area_async(2)),
            block_on(Shape(3).area_async(2)),
        )
    };
    assert_eq!(runs(twice), ((6, 6), 1));
    // Instances of a generic impl share nothing, though key and value are the same types.
    assert_eq!(
        runs(|| (Vec::<u8>::unit(2), Vec::<u16>::unit(2), Vec::<u8>::unit(2))),
        ((2, 4, 2), 2)
    );
    let (bytes, words) = (vec![1_u8], vec![1_u16, 2]);
    assert_eq!(
        runs(|| (bytes.area(1), words.area(1), vec![9_u8, 9].area(1))),
        ((2, 3, 2), 2)
    );
    let lengths = || (block_on(bytes.area_async(1)), block_on(words.area_async(1)));
    assert_eq!(runs(lengths), ((2, 3), 2));
}

mod inner {
    use super::*;
    #[memoize(helpers = pub(crate))]
    pub fn helped(n: u32) -> u32 {
        n
    }
    #[memoize]
    pub(in super::super) async fn as_itself<const N: usize>(n: [u32; N]) -> usize {
        n.len()
    }
    pub(super) struct Circle(pub(super) u32);
    impl Circle {
        #[memoize(skip(self, unit), helpers = pub(super))]
        pub(super) fn area(&self, r: u32, unit: &str) -> String {
            format!("{}{unit}{}", r, self.0)
        }
        #[memoize(key = self.0)]
        pub(super) async fn round(&self, r: u32) -> u32 {
            r
        }
    }
}

#[test]
fn helpers_are_where_and_what_they_are_said_to_be() {
    use inner::{Circle, as_itself, as_itself_cache, as_itself_cache_get, as_itself_cache_insert};
    assert_eq!(inner::helped(1), 1);
    assert_eq!(inner::helped_cache_remove(1), Some(1));
    let cache: &'static Cache<[u32; 2], usize> = as_itself_cache::<2>();
    assert_eq!(block_on(as_itself([1, 2])), 2);
    assert_eq!((cache.len(), cache.get(&[1, 2])), (1, Some(2)));
    assert_eq!(as_itself_cache_insert([1, 2, 3], 9), None);
    assert_eq!(
        (as_itself_cache_get([1, 2, 3]), as_itself_cache_get([1, 2])),
        (Some(9), Some(2))
    );
    assert_eq!(block_on(inner::as_itself_uncached([0; 4])), 4);
    assert_eq!(inner::as_itself_cache_info::<4>().misses, 0);

    // Those that run the body take all arguments, those that look up leave the skipped ones out.
    let circle = Circle(1);
    assert_eq!(circle.area(2, "m"), "2m1");
    assert_eq!(Circle(7).area(2, "km"), "2m1");
    assert_eq!(circle.area_uncached(2, "km"), "2km1");
    assert_eq!(Circle::area_cache_get(2), Some("2m1".into()));
    assert_eq!(circle.area_cache_refresh(2, "km"), "2km1");
    assert_eq!(
        Circle::area_cache_insert(2, "x".into()),
        Some("2km1".into())
    );
    assert_eq!(Circle::area_cache_remove(2), Some("x".into()));
    let _: &'static Cache<u32, String> = Circle::area_cache();
    assert_eq!(Circle::area_cache_parameters().capacity, None);

    assert_eq!(block_on(circle.round(5)), 5);
    assert_eq!(block_on(circle.round(6)), 5);
    assert_eq!(circle.round_cache_get(7), Some(5));
    assert_eq!(block_on(circle.round_cache_refresh(6)), 6);
    assert_eq!(circle.round_cache_insert(0, 8), Some(6));
    assert_eq!(circle.round_cache_remove(0), Some(8));
    assert_eq!(
        (
            Circle::round_cache_info().hits,
            Circle::round_cache_info().misses
        ),
        (1, 1)
    );
}

/// No `Self` in its signature: a free function to the macro, and works all the same.
impl Shape {
    #[memoize]
    fn plain(n: u32) -> u32 {
        n + 1
    }
    #[memoize]
    fn make(n: u32) -> Self {
        Self(n)
    }
}

#[test]
fn associated_functions() {
    assert_eq!((Shape::plain(1), Shape::plain(1)), (2, 2));
    assert_eq!(
        (Shape::plain_cache_info().hits, Shape::plain_cache_get(1)),
        (1, Some(2))
    );
    assert_eq!(Shape::make(4).0 + Shape::make(4).0, 8);
    assert_eq!(Shape::make_cache_info().hits, 1);
}

#[memoize(crate = ::memofn, name = "squares of all", max_wait = "1s", single_flight = true)]
fn square(n: u32) -> u32 {
    n * n
}

#[test]
fn every_cache_is_listed_by_its_name() {
    assert_eq!((square(3), block_on(inner::as_itself([7; 7]))), (9, 7));
    let caches = memofn::caches();
    let named = |name: &str| caches.iter().filter(|cache| cache.name() == name).count();
    assert_eq!(named("squares of all"), 1);
    assert!(named("letter::shapes::inner::as_itself") >= 1);
    let squares = caches
        .iter()
        .find(|cache| cache.name() == "squares of all")
        .unwrap();
    assert_eq!(
        (squares.info().misses, squares.parameters().capacity),
        (1, None)
    );
    squares.clear();
    assert_eq!(
        (square_cache_info().misses, square_cache_info().len),
        (0, 0)
    );
}
