//! Functions with type, const and lifetime parameters of their own: each instance has a cache of its
//! own, also where its parameters show in neither key nor value.

mod caches;
mod keys;
mod places;

use memofn::memoize;
use std::cell::Cell;
use std::fmt::Debug;
use std::hash::Hash;

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

/// What a type of the keys and values below needs.
trait Plain: Hash + Eq + Clone + Send + Sync + Debug + 'static {}
impl<T: Hash + Eq + Clone + Send + Sync + Debug + 'static> Plain for T {}

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
