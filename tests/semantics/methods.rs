//! Methods and associated functions, and arguments that are no part of the key.

use crate::hits_misses_len;
use memofn::{Cache, memoize};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static AREAS: AtomicU32 = AtomicU32::new(0);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Shape {
    side: u32,
}

impl Shape {
    #[memoize]
    fn area(&self, scale: u32) -> u32 {
        AREAS.fetch_add(1, Relaxed);
        self.side * self.side * scale
    }

    #[memoize]
    fn into_name(self, suffix: &str) -> String {
        format!("{}{suffix}", self.side)
    }

    /// Shared by all shapes.
    #[memoize(skip(self))]
    fn rate(&self, year: u32) -> u32 {
        self.side + year
    }

    #[memoize(key = self.side % 10)]
    fn last_digit(&self, hint: &str) -> String {
        format!("{} {hint}", self.side % 10)
    }

    #[memoize]
    fn unit(count: u32) -> Self
    where
        Self: Sized,
    {
        Self { side: count }
    }

    #[memoize]
    fn doubled(n: u32) -> u32 {
        n * 2
    }
}

#[test]
fn a_method_has_its_helpers_next_to_it() {
    let (small, large) = (Shape { side: 2 }, Shape { side: 3 });
    assert_eq!((small.area(1), small.area(1), large.area(1)), (4, 4, 9));
    assert_eq!(AREAS.load(Relaxed), 2);
    assert_eq!(hits_misses_len(Shape::area_cache_info()), (1, 2, 2));

    assert_eq!(small.area_cache_get(1), Some(4));
    assert_eq!(small.area_cache_get(2), None);
    assert_eq!(small.area_cache_insert(2, 800), None);
    assert_eq!(small.area(2), 800);
    assert_eq!(small.area_cache_refresh(2), 8);
    assert_eq!(small.area(2), 8);
    assert_eq!(small.area_cache_remove(2), Some(8));
    assert_eq!(small.area_uncached(2), 8);
    assert_eq!(small.area_cache_get(2), None);

    let cache: &'static Cache<(Shape, u32), u32> = Shape::area_cache();
    assert_eq!(cache.peek(&(large, 1)), Some(9));
    assert_eq!(Shape::area_cache_parameters().capacity, None);
    // An equal shape is the same key, whichever instance it is.
    assert_eq!(Shape { side: 3 }.area_cache_get(1), Some(9));
    Shape::area_cache_clear();
    assert_eq!(hits_misses_len(Shape::area_cache_info()), (0, 0, 0));
}

#[test]
fn self_by_value_is_part_of_the_key() {
    let shape = Shape { side: 5 };
    assert_eq!(shape.clone().into_name("m"), "5m");
    assert_eq!(shape.clone().into_name("m"), "5m");
    assert_eq!(Shape { side: 6 }.into_name("m"), "6m");
    assert_eq!(shape.into_name_cache_get("m"), Some(String::from("5m")));
    assert_eq!(hits_misses_len(Shape::into_name_cache_info()), (1, 2, 2));
}

#[test]
fn with_skip_self_all_instances_share_results() {
    let (first, second) = (Shape { side: 1 }, Shape { side: 100 });
    assert_eq!(first.rate(2_000), 2_001);
    assert_eq!(second.rate(2_000), 2_001);
    // Look-ups leave out what is skipped, what runs the body takes everything.
    assert_eq!(Shape::rate_cache_get(2_000), Some(2_001));
    assert_eq!(second.rate_cache_refresh(2_000), 2_100);
    assert_eq!(first.rate(2_000), 2_100);
    assert_eq!(first.rate_uncached(2_000), 2_001);
    assert_eq!(Shape::rate_cache_insert(2_000, 7), Some(2_100));
    assert_eq!(Shape::rate_cache_remove(2_000), Some(7));
    assert_eq!(hits_misses_len(Shape::rate_cache_info()), (2, 1, 0));
    let _: &'static Cache<u32, u32> = Shape::rate_cache();
}

#[test]
fn a_key_expression_may_use_self() {
    assert_eq!(Shape { side: 13 }.last_digit("first"), "3 first");
    assert_eq!(Shape { side: 23 }.last_digit("second"), "3 first");
    assert_eq!(Shape { side: 24 }.last_digit("third"), "4 third");
    assert_eq!(hits_misses_len(Shape::last_digit_cache_info()), (1, 2, 2));
}

#[test]
fn associated_functions_have_their_helpers_next_to_them() {
    assert_eq!(Shape::unit(3), Shape { side: 3 });
    assert_eq!(Shape::unit(3), Shape { side: 3 });
    assert_eq!(hits_misses_len(Shape::unit_cache_info()), (1, 1, 1));
    assert_eq!(Shape::unit_cache_remove(3), Some(Shape { side: 3 }));
    assert_eq!(Shape::unit_uncached(4), Shape { side: 4 });
    // One that doesn't name `Self`.
    assert_eq!((Shape::doubled(4), Shape::doubled(4)), (8, 8));
    assert_eq!(hits_misses_len(Shape::doubled_cache_info()), (1, 1, 1));
    assert_eq!(Shape::doubled_cache_insert(4, 9), Some(8));
    assert_eq!(Shape::doubled(4), 9);
    Shape::doubled_cache_clear();
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Other;

impl Other {
    #[memoize]
    fn area(&self, scale: u32) -> u32 {
        scale + 1
    }
}

#[test]
fn methods_of_one_name_share_nothing() {
    assert_eq!(Other.area(1), 2);
    assert_eq!(Other.area(1), 2);
    assert_eq!(hits_misses_len(Other::area_cache_info()), (1, 1, 1));
}

#[memoize(skip(log, verbose))]
fn skipping(log: &sink::Log, n: u32, verbose: bool) -> u32 {
    log.note();
    n + u32::from(verbose)
}

/// Something that can't be a key.
mod sink {
    use std::cell::Cell;

    #[derive(Default)]
    pub(crate) struct Log(Cell<u32>);

    impl Log {
        pub(crate) fn note(&self) {
            self.0.set(self.0.get() + 1);
        }

        pub(crate) fn notes(&self) -> u32 {
            self.0.get()
        }
    }
}

#[test]
fn skipped_arguments_are_no_part_of_the_key() {
    let log = sink::Log::default();
    assert_eq!(skipping(&log, 1, false), 1);
    assert_eq!(skipping(&log, 1, true), 1);
    assert_eq!(log.notes(), 1);
    assert_eq!(skipping_cache_get(1), Some(1));
    assert_eq!(skipping_cache_refresh(&log, 1, true), 2);
    assert_eq!(skipping_uncached(&log, 5, true), 6);
    assert_eq!(log.notes(), 3);
    assert_eq!(skipping_cache_insert(1, 70), Some(2));
    assert_eq!(skipping(&log, 1, false), 70);
    assert_eq!(skipping_cache_remove(1), Some(70));
    let _: &'static Cache<u32, u32> = skipping_cache();
}

#[memoize(key = name.to_lowercase())]
fn greet(name: &str) -> String {
    format!("hello {name}")
}

#[memoize(key = (user.0, what.len()))]
fn by_id(user: &(u32, f32), what: &str) -> String {
    format!("{} {what}", user.1)
}

#[test]
fn a_key_expression_takes_the_place_of_the_arguments() {
    assert_eq!(greet("Ann"), "hello Ann");
    assert_eq!(greet("ANN"), "hello Ann");
    assert_eq!(greet_cache_get("ann"), Some(String::from("hello Ann")));
    assert_eq!(hits_misses_len(greet_cache_info()), (1, 1, 1));
    assert_eq!(greet_cache_remove("aNN"), Some(String::from("hello Ann")));

    assert_eq!(by_id(&(1, 0.5), "ab"), "0.5 ab");
    assert_eq!(by_id(&(1, 0.7), "cd"), "0.5 ab");
    assert_eq!(by_id(&(1, 0.7), "cde"), "0.7 cde");
    assert_eq!(by_id_cache().len(), 2);
    assert_eq!(
        by_id_cache_insert(&(1, 9.9), "xy", String::from("own")),
        Some(String::from("0.5 ab"))
    );
    assert_eq!(by_id(&(1, 0.1), "zz"), "own");
}

trait Stepped {
    fn stepped(&self, n: u8) -> u8;
}

impl Stepped for u8 {
    #[memoize(helpers = false)]
    fn stepped(&self, mut n: u8) -> u8 {
        n += 1;
        n + *self
    }
}

#[test]
fn arguments_may_be_mut_without_helpers() {
    assert_eq!((1_u8.stepped(2), 1_u8.stepped(2)), (4, 4));
}
