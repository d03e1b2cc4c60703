//! The library's suite for stores, and what is special about this engine.

use crate::servers::{Folder, until};
use crate::{AMPLE, at};
use memofn::memoize;
use memofn::store::disk::Disk;
use memofn::store::{AsyncStore, Store, StoreErrorKind, conformance};
use std::sync::LazyLock;
use std::time::Duration;

#[test]
fn blocking_and_by_futures_on_three_executors() {
    let folder = Folder::new();
    let disk = at(folder.path().join("new/folder/results"));
    conformance::check(&disk, "memo:blocking:");
    smol::block_on(conformance::check_async(&disk, "memo:smol:"));
    futures::executor::block_on(conformance::check_async(&disk, "memo:futures:"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(conformance::check_async(&disk, "memo:tokio:"));
    disk.flush().unwrap();
    assert_eq!(disk.totals().unwrap(), (0, 0), "all of it was removed");
}

/// Whether a key was written or not, it holds the same.
#[test]
fn all_states_of_a_key_before_and_after_they_are_written() {
    let folder = Folder::new();
    let disk = at(folder.path().join("results"));
    let key = "memo:key";
    // Each of these is tried with a flush before it or not.
    for flushes in 0_u32..256 {
        let step = |number: u32| {
            if flushes & (1 << number) != 0 {
                disk.flush().unwrap();
            }
        };
        let held = || disk.get(key).unwrap();
        disk.put(key, b"one", None).unwrap();
        step(0);
        assert!(!disk.claim(key, b"claim", AMPLE).unwrap());
        assert!(disk.remove(key).unwrap());
        step(1);
        assert_eq!(held(), None);
        assert!(disk.claim(key, b"claim", AMPLE).unwrap());
        step(2);
        assert_eq!(held().as_deref(), Some(b"claim".as_slice()));
        assert!(disk.remove_if(key, b"claim").unwrap());
        step(3);
        assert_eq!(held(), None);
        assert!(disk.claim(key, b"again", AMPLE).unwrap());
        step(4);
        assert!(!disk.fill(key, b"claim", b"late", None).unwrap());
        assert!(disk.fill(key, b"again", b"two", None).unwrap());
        step(5);
        assert!(disk.fill(key, b"two", b"three", None).unwrap());
        step(6);
        assert_eq!(held().as_deref(), Some(b"three".as_slice()));
        assert!(disk.remove(key).unwrap());
        step(7);
        assert!(!disk.remove(key).unwrap());
    }
    drop(disk);
    assert_eq!(at(folder.path().join("results")).totals().unwrap(), (0, 0));
}

static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::new);
static RESULTS: LazyLock<Disk> = LazyLock::new(|| at(FOLDER.path().join("results")));

#[memoize(store = RESULTS, ttl = "1h")]
fn square(n: u64) -> u64 {
    n * n
}

#[memoize(store = RESULTS, ttl = "1h")]
async fn cube(n: u64) -> u64 {
    n * n * n
}

#[test]
fn functions_use_it_from_all_threads() {
    // Opened before: a call waits no longer than 100 ms.
    RESULTS.flush().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for n in 0..50 {
                    assert_eq!(square(n), n * n);
                    assert_eq!(smol::block_on(cube(n)), n * n * n);
                }
            });
        }
    });
    RESULTS.flush().unwrap();
    let before = square_cache_info();
    assert_eq!(square(7), 49);
    assert_eq!(square_cache_info().hits, before.hits + 1);
}

/// From less than a page to several.
fn length(thread: u8) -> usize {
    100 + 3_000 * usize::from(thread)
}

/// Threads that all put, fill and remove a few keys: what is read is always something that was written whole.
#[test]
fn threads_at_the_same_keys() {
    let folder = Folder::new();
    let disk = at(folder.path().join("results"));
    std::thread::scope(|scope| {
        for thread in 0..6_u8 {
            let disk = &disk;
            scope.spawn(move || {
                for round in 0..300_u32 {
                    let key = &format!("memo:{}", round % 5);
                    let value = vec![thread; length(thread)];
                    match round % 4 {
                        0 => disk.put(key, &value, None).unwrap(),
                        1 => {
                            if disk.claim(key, &[thread; 16], AMPLE).unwrap() {
                                // Somebody may have removed it, or put something.
                                let _ = disk.fill(key, &[thread; 16], &value, None).unwrap();
                            }
                        }
                        2 => _ = disk.remove(key).unwrap(),
                        _ => _ = smol::block_on(disk.remove_if_async(key, &value)).unwrap(),
                    }
                    if let Some(held) = disk.get(key).unwrap() {
                        let by = held[0];
                        let length = if held.len() == 16 { 16 } else { length(by) };
                        assert!(held == vec![by; length], "{} bytes of {by}", held.len());
                    }
                }
            });
        }
    });
}

#[test]
fn what_is_larger_than_all_may_be_is_refused() {
    let folder = Folder::new();
    let disk = at(folder.path().join("results")).with_size(1 << 20);
    let disk = disk.with_timeout(AMPLE);
    let error = disk.put("memo:key", &vec![1; 1 << 20], None).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full);
    disk.put("memo:key", &vec![1; 900 << 10], None).unwrap();
}

/// What has ended leaves the file by itself.
#[test]
fn what_has_ended_is_swept() {
    let folder = Folder::new();
    let disk = at(folder.path().join("results"));
    for n in 0..3_000 {
        let ttl = Duration::from_millis(1 + n % 50);
        disk.put(&format!("memo:{n}"), b"short", Some(ttl)).unwrap();
        disk.put(&format!("memo:long:{}", n % 10), b"long", Some(AMPLE * 10))
            .unwrap();
    }
    disk.flush().unwrap();
    until("all that has ended is gone", || {
        disk.totals().unwrap().1 == 10
    });
    assert!(disk.get("memo:long:1").unwrap().is_some());
}
