//! `Cache::record`: the keys of calls, in their order, and nothing else changes. With the feature `record`.

use futures::executor::block_on;
use futures::future::join;
use memofn::{Cache, LocalCache, Policy, memoize, testing};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// A file that is gone when this is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("memofn-recording-{}-{name}.u64", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    /// The keys, numbered by when they first come.
    fn keys(&self) -> Vec<usize> {
        numbered(&self.hashes())
    }

    fn hashes(&self) -> Vec<u64> {
        let bytes = fs::read(&self.0).expect("it was recorded");
        assert_eq!(bytes.len() % 8, 0);
        let hash = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
        bytes.chunks_exact(8).map(hash).collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn numbered<K: Copy + Eq + std::hash::Hash>(keys: &[K]) -> Vec<usize> {
    let mut numbers = HashMap::new();
    let number = |key: &K| {
        let next = numbers.len();
        *numbers.entry(*key).or_insert(next)
    };
    keys.iter().map(number).collect()
}

/// Keys of which some come often: the same in every run.
fn calls(len: usize) -> Vec<u64> {
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let wide = (state >> 33) % 300;
        if state >> 63 == 0 { wide % 20 } else { wide }
    };
    (0..len).map(|_| next()).collect()
}

#[memoize(capacity = 2)]
fn upper(text: &str, times: usize) -> String {
    text.to_uppercase().repeat(times)
}

#[test]
fn calls_are_written_whether_they_hit_or_not() {
    let file = Scratch::new("calls");
    upper("before", 1);
    let recording = upper_cache().record(&file.0).unwrap();
    let calls = [
        ("a", 1),
        ("b", 1),
        ("a", 1),
        ("a", 2),
        ("c", 1),
        ("a", 1),
        ("a", 1),
    ];
    for (text, times) in calls {
        upper(text, times);
    }
    // No calls.
    upper_cache_get("a", 1);
    upper_cache_insert("a", 9, String::new());
    upper_cache_remove("a", 9);
    let _ = upper_cache().peek(&("b".to_string(), 1));
    let recorded = recording.finish().unwrap();
    upper("after", 1);
    assert_eq!((recorded.written, recorded.dropped), (7, 0));
    assert_eq!(recorded.to_string(), "7 calls written, 0 dropped");
    assert_eq!(file.keys(), numbered(&calls));
}

#[test]
fn what_is_recorded_hits_as_if_it_were_not() {
    let calls = calls(20_000);
    let bounded = Policy::ALL
        .iter()
        .filter(|policy| !matches!(policy, Policy::Unbounded | Policy::Size));
    for policy in bounded {
        let make = || {
            let hasher = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
            let builder = Cache::builder().policy(*policy).capacity(50).seed(1);
            builder.hasher(hasher).build()
        };
        let (plain, recorded): (Cache<u64, ()>, Cache<u64, ()>) = (make(), make());
        let file = Scratch::new(&policy.to_string());
        let (before, rest) = calls.split_at(5_000);
        for key in before {
            recorded.get_or_insert_with(key, || ());
        }
        let recording = recorded.record(&file.0).unwrap();
        for key in rest {
            recorded.get_or_insert_with(key, || ());
        }
        assert_eq!(recording.finish().unwrap().written, 15_000);
        for key in &calls {
            plain.get_or_insert_with(key, || ());
        }
        assert_eq!(recorded.info().hits, plain.info().hits, "{policy}");
        assert_eq!(recorded.info().misses, plain.info().misses, "{policy}");
        assert_eq!(file.keys(), numbered(rest), "{policy}");
    }
}

#[test]
fn a_replay_of_the_recording_has_the_hits_of_the_program() {
    let file = Scratch::new("replay");
    let cache: Cache<String, u64> = Cache::new(40);
    let recording = cache.record(&file.0).unwrap();
    for key in calls(10_000) {
        cache.get_or_insert_with(&format!("key {key}"), || key);
    }
    recording.finish().unwrap();
    let replayed: Cache<u64, ()> = Cache::new(40);
    for hash in file.hashes() {
        replayed.get_or_insert_with(&hash, || ());
    }
    assert!(cache.info().hits > 1_000);
    assert_eq!(replayed.info().hits, cache.info().hits);
}

#[test]
fn each_thread_keeps_its_order() {
    const THREADS: u64 = 4;
    const CALLS: u64 = 2_000;
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    struct Call {
        thread: u64,
        number: u64,
    }
    /// Shows the key in the hash.
    #[derive(Clone, Default)]
    struct Open;
    #[derive(Default)]
    struct OpenHasher(u64);
    impl std::hash::BuildHasher for Open {
        type Hasher = OpenHasher;
        fn build_hasher(&self) -> OpenHasher {
            OpenHasher::default()
        }
    }
    impl std::hash::Hasher for OpenHasher {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, _: &[u8]) {
            unreachable!("a key is two numbers");
        }
        fn write_u64(&mut self, part: u64) {
            self.0 = self.0 * CALLS + part;
        }
    }

    let file = Scratch::new("threads");
    let cache: Cache<Call, ()> = Cache::builder().capacity(100).hasher(Open).build();
    let name = |call: &Call| {
        // The same hash, as a cache of its own sees it.
        let file = Scratch::new(&format!("one-{}-{}", call.thread, call.number));
        let cache: Cache<Call, ()> = Cache::builder().hasher(Open).build();
        let recording = cache.record(&file.0).unwrap();
        cache.get_or_insert_with(call, || ());
        recording.finish().unwrap();
        file.hashes()[0]
    };
    let recording = cache.record(&file.0).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let cache = &cache;
            scope.spawn(move || {
                for number in 0..CALLS {
                    cache.get_or_insert_with(&Call { thread, number }, || ());
                }
            });
        }
    });
    let recorded = recording.finish().unwrap();
    assert_eq!(recorded.written + recorded.dropped, THREADS * CALLS);
    let hashes = file.hashes();
    assert_eq!(hashes.len() as u64, recorded.written);
    let places: HashMap<u64, usize> = hashes.iter().copied().zip(0..).collect();
    assert_eq!(places.len() as u64, recorded.written, "each call once");
    for thread in 0..THREADS {
        let sampled = (0..CALLS)
            .step_by(100)
            .map(|number| Call { thread, number });
        let seen: Vec<usize> = sampled
            .filter_map(|call| places.get(&name(&call)).copied())
            .collect();
        assert!(seen.is_sorted(), "{seen:?}");
    }
}

#[test]
fn one_recording_at_a_time_and_then_another() {
    let (one, other) = (Scratch::new("one"), Scratch::new("other"));
    let cache: Cache<u8, ()> = Cache::new(10);
    let first = cache.record(&one.0).unwrap();
    let busy = cache.record(&other.0).unwrap_err();
    assert_eq!(busy.kind(), io::ErrorKind::ResourceBusy);
    assert!(!other.0.exists(), "nothing was overwritten");
    cache.get_or_insert_with(&1, || ());
    drop(first);
    cache.get_or_insert_with(&2, || ());
    let second = cache.record(&other.0).unwrap();
    cache.get_or_insert_with(&1, || ());
    let _ = cache.get(&3);
    assert_eq!(second.finish().unwrap().written, 2);
    assert_eq!(one.hashes().len(), 1);
    assert_eq!(
        one.hashes()[0],
        other.hashes()[0],
        "within a cache, equal keys are equal"
    );
    assert_ne!(other.hashes()[0], other.hashes()[1]);
}

#[test]
fn errors_are_told_and_nothing_breaks() {
    let cache: Cache<u64, u64> = Cache::new(10);
    let missing = cache.record("/no/such/folder/file").unwrap_err();
    assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    if cfg!(target_os = "linux") {
        for rounds in [1, 300_000] {
            let recording = cache.record("/dev/full").unwrap();
            for key in 0..rounds {
                assert_eq!(cache.get_or_insert_with(&(key % 20), || key % 20), key % 20);
            }
            let full = recording.finish().unwrap_err();
            assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        }
    }
    let file = Scratch::new("after-errors");
    let recording = cache.record(&file.0).unwrap();
    cache.get_or_insert_with(&1, || 1);
    assert_eq!(recording.finish().unwrap().written, 1);
}

#[test]
fn a_recording_that_is_forgotten_ends_with_its_cache() {
    let file = Scratch::new("forgotten");
    let cache: Cache<u8, ()> = Cache::new(10);
    std::mem::forget(cache.record(&file.0).unwrap());
    cache.get_or_insert_with(&1, || ());
    assert!(cache.record(&file.0).is_err());
    drop(cache);
}

#[test]
fn lifetimes_and_caches_that_store_nothing() {
    let file = Scratch::new("lifetimes");
    let timed: Cache<u8, ()> = Cache::builder()
        .capacity(10)
        .ttl(Duration::from_secs(60))
        .build();
    let recording = timed.record(&file.0).unwrap();
    for key in [1, 2, 1] {
        timed.get_or_insert_with(&key, || ());
    }
    assert_eq!(recording.finish().unwrap().written, 3);
    timed.get_or_insert_with(&1, || ());
    assert_eq!(file.keys(), [0, 1, 0]);

    let nothing: Cache<u8, ()> = Cache::new(0);
    let recording = nothing.record(&file.0).unwrap();
    for key in [1, 1, 2] {
        nothing.get_or_insert_with(&key, || ());
    }
    assert_eq!(recording.finish().unwrap().written, 3);
    assert_eq!(file.keys(), [0, 0, 1]);
}

#[memoize(scope = "thread", capacity = 10)]
fn doubled(n: u64) -> u64 {
    2 * n
}

#[test]
fn a_thread_records_its_own_cache() {
    let file = Scratch::new("scope");
    let cache = doubled_cache();
    let recording = cache.record(&file.0).unwrap();
    for n in [1, 2, 2, 1, 3] {
        doubled(n);
    }
    std::thread::spawn(|| doubled(4)).join().unwrap();
    assert_eq!(recording.finish().unwrap().written, 5);
    assert_eq!(file.keys(), [0, 1, 1, 0, 2]);

    let local: LocalCache<u8, ()> = LocalCache::new(10);
    let recording = local.record(&file.0).unwrap();
    local.get_or_insert_with(&1, || ());
    assert_eq!(recording.finish().unwrap().written, 1);
}

#[memoize(capacity = 10)]
async fn tripled(n: u64) -> u64 {
    futures::future::ready(()).await;
    3 * n
}

#[memoize(capacity = 10)]
async fn awaited(n: u64) -> u64 {
    tripled(n).await;
    // Once more, and the other one comes in between.
    let mut again = true;
    std::future::poll_fn(|context| {
        if std::mem::take(&mut again) {
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
    n
}

#[test]
fn an_async_call_is_written_once_whether_it_waits_or_not() {
    let file = Scratch::new("async");
    let recording = awaited_cache().record(&file.0).unwrap();
    block_on(join(awaited(1), awaited(1)));
    block_on(awaited(2));
    block_on(awaited(1));
    assert_eq!(awaited_cache_info().coalesced, 1);
    assert_eq!(recording.finish().unwrap().written, 4);
    assert_eq!(file.keys(), [0, 0, 1, 0]);
}

#[memoize(capacity = 10)]
fn isolated(n: u64) -> u64 {
    n
}

#[memoize(scope = "thread", capacity = 10)]
fn isolated_local(n: u64) -> u64 {
    n
}

#[memoize(capacity = 10)]
async fn isolated_async(n: u64) -> u64 {
    n
}

#[test]
fn caches_of_an_isolation_are_recorded_too() {
    let (file, local, later) = (
        Scratch::new("isolated"),
        Scratch::new("local"),
        Scratch::new("later"),
    );
    testing::isolated(|| {
        let recording = isolated_cache().record(&file.0).unwrap();
        let local_cache = isolated_local_cache();
        let local_recording = local_cache.record(&local.0).unwrap();
        let async_recording = isolated_async_cache().record(&later.0).unwrap();
        for n in [1, 2, 1] {
            isolated(n);
            isolated_local(n);
            block_on(isolated_async(n));
        }
        recording.finish().unwrap();
        local_recording.finish().unwrap();
        async_recording.finish().unwrap();
    });
    for file in [file, local, later] {
        assert_eq!(file.keys(), [0, 1, 0]);
    }
}
