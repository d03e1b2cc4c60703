//! What a call costs in allocations, clones and hashes, counted.
//!
//! Each test makes its arguments and its first calls before it counts: a thread's first call may set up
//! what is the thread's own.

mod counters;

use counters::{ALLOCATIONS, CountingState, Key, Value, cost, counted};
use memofn::{Cache, Policy, memoize};
use std::borrow::Cow;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Asserts that a hundred hits allocate nothing. `$call` must be a hit every time.
macro_rules! assert_hits_allocate_nothing {
    ($call:expr) => {{
        // A miss and a hit, outside the count.
        let first = $call;
        assert_eq!($call, first);
        let allocations = counted(&ALLOCATIONS, || {
            for _ in 0..100 {
                assert_eq!($call, first);
            }
        });
        assert_eq!(allocations, 0, "{} allocates on a hit", stringify!($call));
    }};
}

#[memoize]
fn mixed(a: &str, b: &[u32], c: u64) -> u64 {
    a.len() as u64 + b.len() as u64 + c
}

#[memoize]
fn optional(name: Option<&str>) -> usize {
    name.map_or(0, str::len)
}

#[memoize]
fn words(words: &[&str]) -> usize {
    words.len()
}

#[memoize]
fn nested(pairs: &[(&str, f64)], last: Option<&[u8]>) -> usize {
    pairs.len() + last.map_or(0, <[u8]>::len)
}

#[memoize]
fn path(path: &Path, cow: Cow<'_, str>) -> usize {
    path.as_os_str().len() + cow.len()
}

#[memoize(policy = "lru")]
fn lru(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "lru")]
fn many(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "lfu")]
fn lfu(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "fifo")]
fn fifo(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "sieve")]
fn sieve(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "s3-fifo")]
fn s3_fifo(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "w-tinylfu")]
fn w_tinylfu(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "random")]
fn random(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "size", max_weight = "1MiB")]
fn size(name: &str) -> usize {
    name.len()
}

#[memoize(ttl = "100h")]
fn ttl(name: &str) -> usize {
    name.len()
}

#[memoize(capacity = 10, tti = "100h")]
fn tti(name: &str) -> usize {
    name.len()
}

#[memoize(policy = "lfu", ttl = "100h", tti = "50h", jitter = "10%")]
fn everything(name: &str) -> usize {
    name.len()
}

#[memoize]
fn shared(name: &str) -> Arc<str> {
    Arc::from(name)
}

#[memoize]
fn fallible(name: &str) -> Result<usize, String> {
    name.parse().map_err(|_| format!("{name} is no number"))
}

#[memoize]
fn generic<T: AsRef<str> + ?Sized, const N: usize>(name: &str) -> usize {
    name.len() * N
}

#[memoize(scope = "thread")]
fn generic_thread<const N: usize>(name: &str) -> usize {
    name.len() * N
}

#[memoize]
async fn later<const N: usize>(name: &str) -> usize {
    name.len() * N
}

/// The value of a future that waits for nothing.
fn ready<V>(future: impl Future<Output = V>) -> V {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("nothing is waited for"),
    }
}

#[memoize(refresh_after = "100h", ttl = "200h", stale_if_error = "1h", err_ttl = "50h", expires = |_| None)]
fn fresh(name: &str) -> Result<usize, String> {
    name.parse().map_err(|_| String::new())
}

#[test]
fn hits_allocate_nothing() {
    let (name, numbers) = (String::from("some name"), vec![1, 2, 3]);
    assert_hits_allocate_nothing!(generic::<str, 1>(&name));
    assert_hits_allocate_nothing!(generic::<String, 1>(&name));
    assert_hits_allocate_nothing!(generic_thread::<1>(&name));
    assert_hits_allocate_nothing!(generic_thread::<2>(&name));
    assert_hits_allocate_nothing!(ready(later::<1>(&name)));
    assert_hits_allocate_nothing!(ready(later::<2>(&name)));
    assert_hits_allocate_nothing!(mixed(&name, &numbers, 7));
    assert_hits_allocate_nothing!(optional(Some(&name)));
    assert_hits_allocate_nothing!(optional(None));
    assert_hits_allocate_nothing!(words(&[name.as_str(), "b", "c"]));
    assert_hits_allocate_nothing!(nested(
        &[(name.as_str(), 0.5), ("b", f64::NAN)],
        Some(b"bytes")
    ));
    assert_hits_allocate_nothing!(path(Path::new("/some/path"), Cow::Borrowed(&name)));
    assert_hits_allocate_nothing!(shared(&name));
    assert_hits_allocate_nothing!(fallible("42"));
}

#[test]
fn hits_allocate_nothing_whatever_the_policy_and_lifetime() {
    assert_hits_allocate_nothing!(lru("name"));
    assert_hits_allocate_nothing!(lfu("name"));
    assert_hits_allocate_nothing!(fifo("name"));
    assert_hits_allocate_nothing!(random("name"));
    assert_hits_allocate_nothing!(sieve("name"));
    assert_hits_allocate_nothing!(s3_fifo("name"));
    assert_hits_allocate_nothing!(w_tinylfu("name"));
    assert_hits_allocate_nothing!(size("name"));
    assert_hits_allocate_nothing!(ttl("name"));
    assert_hits_allocate_nothing!(fresh("1"));
    // An empty `String`, whose copies allocate nothing.
    assert_hits_allocate_nothing!(fresh("no number"));
    assert_hits_allocate_nothing!(tti("name"));
    assert_hits_allocate_nothing!(everything("name"));
}

#[test]
fn hits_on_many_keys_allocate_nothing() {
    let names: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    for name in names.iter().chain(&names) {
        many(name);
    }
    let hits = || {
        names
            .iter()
            .chain(names.iter().rev())
            .map(|name| many(name))
            .sum::<usize>()
    };
    assert_eq!(counted(&ALLOCATIONS, hits), 0);
    assert_eq!(many_cache_info().misses, 100);
}

#[memoize]
fn by_value(pair: (f64, String), more: Vec<Option<String>>) -> usize {
    pair.1.len() + more.len()
}

#[test]
fn hits_with_owned_arguments_allocate_nothing() {
    let arguments = || {
        (
            (1.5, String::from("owned")),
            vec![Some(String::from("more")), None],
        )
    };
    let (pair, more) = arguments();
    assert_eq!(by_value(pair, more), 7);
    for _ in 0..10 {
        let (pair, more) = arguments();
        assert_eq!(counted(&ALLOCATIONS, || by_value(pair, more)), 0);
    }
    assert_eq!(by_value_cache_info().misses, 1);
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape {
    name: String,
    sides: Vec<u32>,
}

impl Shape {
    #[memoize]
    fn area(&self, scale: u32) -> u32 {
        self.sides.iter().sum::<u32>() * scale
    }

    #[memoize(skip(self))]
    fn constant(&self, name: &str) -> usize {
        name.len()
    }
}

#[test]
fn hits_of_methods_allocate_nothing() {
    let shape = Shape {
        name: String::from("square"),
        sides: vec![2; 4],
    };
    assert_hits_allocate_nothing!(shape.area(3));
    assert_hits_allocate_nothing!(shape.constant("pi"));
    assert_eq!(shape.name, "square");
}

#[test]
fn looking_up_by_hand_allocates_nothing() {
    for policy in [
        Policy::Lru,
        Policy::Lfu,
        Policy::Fifo,
        Policy::Random,
        Policy::Sieve,
        Policy::S3Fifo,
        Policy::WTinyLfu,
        Policy::Adaptive,
    ] {
        let cache = Cache::builder().policy(policy).capacity(10).build();
        let key = String::from("key");
        cache.insert(key.clone(), 1);
        assert_hits_allocate_nothing!(cache.get(&key));
        assert_hits_allocate_nothing!(cache.peek(&key));
        assert_hits_allocate_nothing!(cache.contains_key(&key));
        assert_hits_allocate_nothing!(cache.get_or_insert_with(&key, || 2));
    }
    let (key, other) = (String::from("b"), String::from("other"));
    lfu(&key);
    assert_hits_allocate_nothing!(lfu_cache_get(&key));
    assert_hits_allocate_nothing!(lfu_cache().get(&key));
    assert_hits_allocate_nothing!(lfu_cache_get(&other));
}

#[memoize(capacity = 8, hasher = CountingState)]
fn key_by_reference(key: &Key) -> Value {
    Value(key.0)
}

#[memoize(capacity = 8, hasher = CountingState)]
fn key_by_value(key: Key) -> Value {
    Value(key.0)
}

#[memoize(capacity = 8, hasher = CountingState)]
fn key_among_others(name: &str, key: Option<&Key>) -> Value {
    Value(key.map_or(name.len() as u32, |key| key.0))
}

/// The same with room for all.
#[memoize(hasher = CountingState)]
fn kept_by_reference(key: &Key) -> Value {
    Value(key.0)
}

#[memoize(hasher = CountingState)]
fn kept_by_value(key: Key) -> Value {
    Value(key.0)
}

#[memoize(hasher = CountingState)]
fn kept_among_others(name: &str, key: Option<&Key>) -> Value {
    Value(key.map_or(name.len() as u32, |key| key.0))
}

#[memoize(capacity = 0)]
fn stored_nowhere(key: Key, other: &Key) -> Value {
    Value(key.0 + other.0)
}

const HIT: [u64; 4] = [0, 1, 1, 1];
const MISS: [u64; 4] = [1, 1, 1, 1];

#[test]
fn a_hit_clones_the_value_once_and_hashes_once() {
    let key = Key(1);
    kept_by_reference(&key);
    assert_eq!(cost(|| kept_by_reference(&key)), HIT);
    kept_by_value(Key(1));
    assert_eq!(cost(|| kept_by_value(Key(1))), HIT);
    kept_among_others("a", Some(&key));
    assert_eq!(cost(|| kept_among_others("a", Some(&key))), HIT);
}

/// The first calls fill the cache, later ones evict: keys are not hashed again for either.
#[test]
fn a_miss_clones_the_key_once_and_hashes_once() {
    for n in 100..200 {
        let key = Key(n);
        assert_eq!(cost(|| key_by_reference(&key)), MISS, "call {n}");
        assert_eq!(cost(|| key_by_value(Key(n))), MISS, "call {n}");
        assert_eq!(cost(|| key_among_others("a", Some(&key))), MISS, "call {n}");
    }
}

/// A cache that grows doesn't hash its keys again.
#[test]
fn growing_hashes_nothing_again() {
    let cache = Cache::builder()
        .policy(Policy::Unbounded)
        .hasher(CountingState)
        .build();
    for n in 0..2_000 {
        let key = Key(n);
        assert_eq!(
            cost(|| cache.insert(key, Value(n))),
            [0, 0, 1, 1],
            "insert {n}"
        );
    }
    for n in 0..2_000 {
        assert_eq!(cost(|| cache.get(&Key(n))), HIT, "get {n}");
    }
    assert_eq!(cost(|| cache.contains_key(&Key(1))), [0, 0, 1, 1]);
    assert_eq!(cost(|| cache.get(&Key(9_999))), [0, 0, 1, 1]);
    assert_eq!(
        cost(|| cache.get_or_insert_with(&Key(5_000), || Value(1))),
        MISS
    );
    assert_eq!(cost(|| cache.remove(&Key(5_000)))[2..], [1, 1]);
}

#[test]
fn capacity_zero_clones_nothing() {
    let other = Key(1);
    for n in 0..10 {
        let [key_clones, value_clones, ..] =
            cost(|| assert_eq!(stored_nowhere(Key(n), &other).0, n + 1));
        assert_eq!((key_clones, value_clones), (0, 0));
    }
    assert_eq!(stored_nowhere_cache_info().misses, 10);
}

/// Gives every key the same hash.
#[derive(Clone, Default)]
struct Constant;

impl std::hash::BuildHasher for Constant {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self
    }
}

impl std::hash::Hasher for Constant {
    fn write(&mut self, _: &[u8]) {}

    fn finish(&self) -> u64 {
        0
    }
}

#[memoize(hasher = Constant)]
fn colliding(n: u64) -> u64 {
    n
}

#[memoize(hasher = Constant, ttl = "1h")]
fn colliding_timed(n: u64) -> u64 {
    n
}

#[test]
fn hits_among_equal_hashes_allocate_nothing() {
    for n in 0..100 {
        colliding(n);
        colliding_timed(n);
    }
    assert_hits_allocate_nothing!(colliding(99));
    assert_hits_allocate_nothing!(colliding(0));
    assert_hits_allocate_nothing!(colliding_timed(50));
    assert_eq!(colliding_cache_info().misses, 100);
}
