//! `hasher` is any type that implements `BuildHasher + Default`.
#![deny(warnings, unused)]
use memofn::memoize;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

type Alias = BuildHasherDefault<DefaultHasher>;

#[memoize(hasher = BuildHasherDefault<DefaultHasher>)]
fn fixed(text: &str) -> usize {
    text.len()
}

#[memoize(hasher = std::collections::hash_map::RandomState, capacity = 3)]
fn random(n: u32) -> u32 {
    n + 1
}

#[memoize(hasher = Alias)]
fn alias(x: f64) -> f64 {
    x + 1.0
}

static HASHED: AtomicU32 = AtomicU32::new(0);

#[derive(Default)]
struct Counting(RandomState);

impl BuildHasher for Counting {
    type Hasher = <RandomState as BuildHasher>::Hasher;

    fn build_hasher(&self) -> Self::Hasher {
        HASHED.fetch_add(1, Relaxed);
        self.0.build_hasher()
    }
}

#[memoize(hasher = Counting)]
fn counting(a: &str, b: (u32, f64)) -> usize {
    a.len() + b.0 as usize
}

// All in one place of the table.
#[derive(Default)]
struct Constant;

impl Hasher for Constant {
    fn finish(&self) -> u64 {
        0
    }
    fn write(&mut self, _: &[u8]) {}
}

#[memoize(hasher = BuildHasherDefault<Constant>, capacity = 10)]
fn constant(n: u32) -> u32 {
    n
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Wrapper<T>(T);

impl<T: std::hash::Hash + Eq + Clone + Send + Sync + 'static> Wrapper<T> {
    #[memoize(hasher = BuildHasherDefault<DefaultHasher>)]
    fn method(&self, n: u32) -> u32 {
        n
    }
}

pub(crate) fn main() {
    for _ in 0..2 {
        assert_eq!((fixed("ab"), random(1), alias(0.5)), (2, 2, 1.5));
        assert_eq!(counting("a", (1, 0.5)), 2);
        assert_eq!(Wrapper(1_u8).method(1), 1);
        for n in 0..10 {
            assert_eq!(constant(n), n);
        }
    }
    assert_eq!(
        (
            fixed_cache_info().hits,
            random_cache_info().hits,
            alias_cache_info().hits
        ),
        (1, 1, 1)
    );
    assert_eq!(
        (counting_cache_info().hits, counting_cache_info().misses),
        (1, 1)
    );
    assert_eq!(
        (constant_cache_info().hits, constant_cache_info().misses),
        (10, 10)
    );
    assert_eq!(Wrapper::<u8>::method_cache_info().hits, 1);
    // A call hashes once, a hit or a miss.
    assert_eq!(HASHED.load(Relaxed), 2);
}
