//! The helpers next to a memoized function.

use crate::hits_misses_len;
use memofn::{Cache, CacheInfo, Policy, memoize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

static REPEATED: AtomicU32 = AtomicU32::new(0);

#[memoize]
fn repeat(text: &str, times: usize) -> String {
    REPEATED.fetch_add(1, Relaxed);
    text.repeat(times)
}

#[test]
fn a_call_computes_once() {
    for _ in 0..3 {
        assert_eq!(repeat("ab", 2), "abab");
    }
    assert_eq!(REPEATED.load(Relaxed), 1);
    assert_eq!(repeat("ab", 3), "ababab");
    assert_eq!(repeat("a", 2), "aa");
    assert_eq!(REPEATED.load(Relaxed), 3);
    assert_eq!(hits_misses_len(repeat_cache_info()), (2, 3, 3));
}

#[memoize]
fn clear_me(n: u32) -> u32 {
    n
}

#[test]
fn clear_empties_and_zeroes() {
    for n in [1, 2, 1] {
        clear_me(n);
    }
    assert_eq!(hits_misses_len(clear_me_cache_info()), (1, 2, 2));
    clear_me_cache_clear();
    let info = clear_me_cache_info();
    assert_eq!(hits_misses_len(info), (0, 0, 0));
    assert!(info.compute_time.is_zero());
    clear_me(1);
    assert_eq!(hits_misses_len(clear_me_cache_info()), (0, 1, 1));
    clear_me_cache_clear();
    clear_me_cache_clear();
    assert_eq!(hits_misses_len(clear_me_cache_info()), (0, 0, 0));
}

static BODIES: AtomicU32 = AtomicU32::new(0);

#[memoize]
fn nth(n: u32) -> u32 {
    n * 1_000 + BODIES.fetch_add(1, Relaxed)
}

#[test]
fn uncached_is_the_body_itself() {
    assert_eq!(nth(1), 1_000);
    assert_eq!(nth_uncached(1), 1_001);
    assert_eq!(nth_uncached(1), 1_002);
    assert_eq!(nth_uncached(2), 2_003);
    assert_eq!(nth(1), 1_000);
    assert_eq!(nth_cache_get(2), None);
    assert_eq!(hits_misses_len(nth_cache_info()), (1, 1, 1));
}

#[memoize]
fn get_me(text: &str, more: Option<u8>) -> usize {
    text.len() + usize::from(more.unwrap_or(0))
}

#[test]
fn get_never_computes() {
    assert_eq!(get_me_cache_get("a", None), None);
    get_me("a", None);
    assert_eq!(get_me_cache_get("a", None), Some(1));
    assert_eq!(get_me_cache_get("a", Some(0)), None);
    assert_eq!(hits_misses_len(get_me_cache_info()), (0, 1, 1));
}

#[memoize(policy = "lru", capacity = 2)]
fn two_recent(n: u32) -> u32 {
    n
}

#[memoize(policy = "lfu", capacity = 2)]
fn two_frequent(n: u32) -> u32 {
    n
}

#[test]
fn get_touches_no_recency() {
    for n in [1, 2] {
        two_recent(n);
        two_frequent(n);
    }
    for _ in 0..3 {
        assert_eq!(two_recent_cache_get(1), Some(1));
        assert_eq!(two_frequent_cache_get(1), Some(1));
    }
    two_recent(3);
    two_frequent(3);
    assert_eq!(
        [1, 2, 3].map(two_recent_cache_get),
        [None, Some(2), Some(3)]
    );
    assert_eq!(
        [1, 2, 3].map(two_frequent_cache_get),
        [None, Some(2), Some(3)]
    );
}

#[memoize]
fn length(text: &str) -> usize {
    text.len()
}

#[test]
fn insert_stores_what_the_caller_has() {
    assert_eq!(length_cache_insert("a", 100), None);
    assert_eq!(length("a"), 100);
    assert_eq!(length_cache_insert("a", 200), Some(100));
    assert_eq!(length("a"), 200);
    assert_eq!(length("b"), 1);
    assert_eq!(length_cache_insert("b", 300), Some(1));
    assert_eq!(hits_misses_len(length_cache_info()), (2, 1, 2));
}

#[memoize]
fn forget(text: &str) -> usize {
    text.len()
}

#[test]
fn remove_forgets_one_result() {
    assert_eq!(forget_cache_remove("a"), None);
    forget("a");
    forget("b");
    assert_eq!(forget_cache_remove("a"), Some(1));
    assert_eq!(forget_cache_remove("a"), None);
    assert_eq!(forget_cache_get("b"), Some(1));
    forget("a");
    let info = forget_cache_info();
    assert_eq!(hits_misses_len(info), (0, 3, 2));
    assert_eq!((info.evictions, info.expirations), (0, 0));
}

static REFRESHED: AtomicU32 = AtomicU32::new(0);

#[memoize]
fn changing(n: u32) -> u32 {
    n + REFRESHED.fetch_add(1, Relaxed)
}

#[test]
fn refresh_computes_again_and_replaces() {
    assert_eq!(changing(10), 10);
    assert_eq!(changing_cache_refresh(10), 11);
    assert_eq!(changing(10), 11);
    // Also what wasn't there.
    assert_eq!(changing_cache_refresh(20), 22);
    assert_eq!(changing(20), 22);
    assert_eq!(hits_misses_len(changing_cache_info()), (2, 1, 2));
}

#[memoize(policy = "fifo", capacity = 3, ttl = "1h 30m")]
fn parameterised(n: u32) -> u32 {
    n
}

#[test]
fn parameters_are_those_in_force() {
    let parameters = parameterised_cache_parameters();
    assert_eq!(parameters.policy, Policy::Fifo);
    assert_eq!(parameters.capacity, Some(3));
    assert_eq!(parameters.max_weight, None);
    assert_eq!(parameters.ttl.map(|ttl| ttl.as_secs()), Some(5_400));
    assert_eq!(parameters.tti, None);
    assert_eq!(parameters.jitter, 0.0);
    parameterised_cache().set_capacity(5);
    assert_eq!(parameterised_cache_parameters().capacity, Some(5));
    assert_eq!(parameterised_cache_info().capacity, Some(5));
    assert!(
        parameterised_cache_parameters()
            .to_string()
            .contains("fifo")
    );
    parameterised(1);
}

#[memoize(capacity = 3)]
fn by_hand(text: &str, n: u32) -> usize {
    text.len() + n as usize
}

#[test]
fn the_cache_itself_is_at_hand() {
    let cache: &'static Cache<(String, u32), usize> = by_hand_cache();
    let key = |text: &str| (text.to_owned(), 1);
    by_hand("a", 1);
    assert_eq!(cache.get(&key("a")), Some(2));
    assert_eq!(cache.peek(&key("a")), Some(2));
    assert_eq!(cache.insert(key("b"), 50), None);
    assert_eq!(by_hand("b", 1), 50);
    assert_eq!(cache.get_or_insert_with(&key("c"), || 60), 60);
    assert_eq!(by_hand("c", 1), 60);
    assert!(cache.contains_key(&key("c")) && !cache.contains_key(&key("d")));
    let mut entries: Vec<_> = cache.iter().collect();
    entries.sort();
    assert_eq!(entries, [(key("a"), 2), (key("b"), 50), (key("c"), 60)]);
    cache.retain(|key, value| key.0 != "b" && *value != 60);
    assert_eq!((cache.len(), cache.is_empty()), (1, false));
    assert_eq!(cache.remove(&key("a")), Some(2));
    assert_eq!((cache.len(), cache.is_empty()), (0, true));
    // One miss and a hit by hand count like the others.
    assert_eq!(hits_misses_len(cache.info()), (3, 2, 0));
    assert_eq!(cache.info(), by_hand_cache_info());
    cache.clear();
    assert_eq!(hits_misses_len(by_hand_cache_info()), (0, 0, 0));
}

/// A value whose clones count.
#[derive(Debug)]
struct Cloned(Arc<AtomicU32>);

impl Clone for Cloned {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Relaxed);
        Self(Arc::clone(&self.0))
    }
}

#[test]
fn keys_clone_no_value() {
    let clones = Arc::new(AtomicU32::new(0));
    let cache = Cache::unbounded();
    (0..1_000).for_each(|key| drop(cache.insert(key, Cloned(Arc::clone(&clones)))));
    let info = cache.info();
    let mut keys: Vec<u32> = cache.keys().collect();
    keys.sort_unstable();
    assert!(keys.into_iter().eq(0..1_000));
    assert_eq!((cache.info(), clones.load(Relaxed)), (info, 0));
    let some: Vec<u32> = cache.keys().take(3).collect();
    cache.retain(|key, _| some.contains(key));
    assert_eq!(cache.keys().count(), 3, "each one once");
}

#[memoize(policy = "lru", capacity = 2)]
fn pushed(n: u32) -> u32 {
    n
}

#[test]
fn insert_and_refresh_evict_as_calls_do() {
    pushed(1);
    pushed(2);
    pushed_cache_insert(3, 3);
    assert_eq!([1, 2, 3].map(pushed_cache_get), [None, Some(2), Some(3)]);
    pushed_cache_refresh(4);
    assert_eq!([2, 3, 4].map(pushed_cache_get), [None, Some(3), Some(4)]);
    // Replacing is a use.
    pushed_cache_insert(3, 30);
    pushed(5);
    assert_eq!([3, 4, 5].map(pushed_cache_get), [Some(30), None, Some(5)]);
    assert_eq!(pushed_cache_info().evictions, 3);
}

mod elsewhere {
    use memofn::memoize;

    #[memoize]
    pub(crate) fn visible(n: u32) -> u32 {
        n
    }

    #[memoize(helpers = pub(crate))]
    fn private(n: u32) -> u32 {
        n
    }

    pub(crate) fn call_private() -> u32 {
        private(7)
    }

    #[memoize(helpers = false)]
    pub(crate) fn alone(n: u32) -> u32 {
        n
    }

    /// No helper is in the way of this name.
    pub(crate) fn alone_cache_info() -> &'static str {
        "the user's own"
    }
}

#[test]
fn helpers_are_as_visible_as_the_function_or_as_told() {
    elsewhere::visible(1);
    let info: CacheInfo = elsewhere::visible_cache_info();
    assert_eq!(hits_misses_len(info), (0, 1, 1));
    assert_eq!(elsewhere::call_private(), 7);
    assert_eq!(elsewhere::private_cache_get(7), Some(7));
    assert_eq!(elsewhere::alone(1), 1);
    assert_eq!(elsewhere::alone_cache_info(), "the user's own");
}

#[memoize]
fn no_arguments() -> Vec<u8> {
    vec![1, 2, 3]
}

#[test]
fn a_function_without_arguments_has_one_result() {
    assert_eq!(no_arguments_cache_get(), None);
    assert_eq!(no_arguments(), [1, 2, 3]);
    assert_eq!(no_arguments(), [1, 2, 3]);
    assert_eq!(no_arguments_cache_insert(vec![4]), Some(vec![1, 2, 3]));
    assert_eq!(no_arguments(), [4]);
    assert_eq!(no_arguments_cache_remove(), Some(vec![4]));
    assert_eq!(no_arguments_cache().get(&()), None);
    assert_eq!(hits_misses_len(no_arguments_cache_info()), (2, 2, 0));
}
