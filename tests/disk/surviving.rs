//! What is there after the end of a process, and what a second process can do.

use crate::at;
use crate::servers::processes::{Process, role, say};
use crate::servers::{Folder, until};
use memofn::memoize;
use memofn::store::disk::Disk;
use memofn::store::{Store, StoreErrorKind};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970: the same in all processes.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis() as u64
}

/// Which key, and its value: written by a counter, checked by both.
fn entry(n: u64) -> (String, Vec<u8>) {
    let length = 20 + (n % 700) as usize;
    (format!("memo:{n}"), n.to_le_bytes().repeat(length))
}

#[test]
fn a_restart() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    for run in 0..3 {
        let disk = at(&path);
        for n in 0..run * 100 {
            let (key, value) = entry(n);
            assert_eq!(disk.get(&key).unwrap(), Some(value), "run {run}");
        }
        assert!(
            disk.claim("memo:claim", b"mine", Duration::from_secs(3_600))
                .unwrap()
        );
        for n in run * 100..(run + 1) * 100 {
            let (key, value) = entry(n);
            disk.put(&key, &value, Some(Duration::from_secs(3_600)))
                .unwrap();
        }
        // What has come to an end doesn't claim anything: it is free in the next run.
    }
}

static KEPT: LazyLock<Disk> = LazyLock::new(|| at(role().unwrap()));

#[memoize(store = KEPT, ttl = "1h", name = "kept")]
fn kept(n: u64) -> u64 {
    n + 1
}

/// The results of a memoized function are there in the next process.
#[test]
fn a_function_after_a_restart() {
    const TEST: &str = "surviving::a_function_after_a_restart";
    if role().is_some() {
        // Opened before: what is asked first is answered.
        KEPT.flush().unwrap();
        for n in 0..20 {
            assert_eq!(kept(n), n + 1);
        }
        KEPT.flush().unwrap();
        let info = kept_cache_info();
        say(
            "info",
            format!("{} {} {}", info.hits, info.misses, info.errors),
        );
        return;
    }
    let folder = Folder::new();
    let path = folder.path().join("results");
    for expected in ["0 20 0", "20 0 0", "20 0 0"] {
        let process = Process::start(TEST, path.to_str().unwrap(), &[]);
        assert_eq!(process.lines("info"), [expected]);
    }
}

/// Killed under load, several times over one file: what was stored a second before is there, and nothing that was
/// stored is another.
#[test]
fn a_kill_under_load() {
    const TEST: &str = "surviving::a_kill_under_load";
    if let Some(path) = role() {
        let disk = at(&path);
        let begin = std::env::var("BEGIN").unwrap().parse::<u64>().unwrap();
        for n in begin.. {
            let (key, value) = entry(n);
            match disk.put(&key, &value, None) {
                Ok(()) => {
                    say("stored", format!("{n} {}", now()));
                }
                // Faster than the disk.
                Err(error) => {
                    assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
            if n % 64 == 0 {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
    let folder = Folder::new();
    let path = folder.path().join("results");
    let mut begin = 0;
    for round in 0..5 {
        let name = path.to_str().unwrap().to_owned();
        let mut child = Process::start(TEST, &name, &[("BEGIN", &begin.to_string())]);
        let lasts = Instant::now() + Duration::from_millis(1_500 + round * 137);
        let mut stored = BTreeMap::<u64, u64>::new();
        let mut hear = |child: &mut Process| {
            let line = child.hear("stored");
            let (n, when) = line.split_once(' ').unwrap();
            stored.insert(n.parse().unwrap(), when.parse().unwrap());
        };
        while Instant::now() < lasts {
            hear(&mut child);
        }
        // What it has said since then is heard of no more.
        let killed = now();
        child.kill();
        let last = *stored.keys().last().unwrap();

        let disk = at(&path).with_size(1 << 30);
        let (mut lost, mut kept) = (Vec::new(), 0);
        for (n, when) in &stored {
            let (key, value) = entry(*n);
            match disk.get(&key).unwrap() {
                Some(held) => {
                    assert!(held == value, "another value for {key}");
                    kept += 1;
                }
                None => lost.push(killed.saturating_sub(*when)),
            }
        }
        let longest = lost.iter().max().copied().unwrap_or_default();
        println!(
            "round {round}: {kept} kept, {} lost, from {longest} ms before the end",
            lost.len()
        );
        assert!(kept > 0);
        assert!(longest <= 1_000, "{longest} ms");
        begin = last + 1;
    }
}

/// The second one has a clear error, and the file when the first is gone.
#[test]
fn two_processes() {
    const TEST: &str = "surviving::two_processes";
    if let Some(path) = role() {
        let disk = at(path);
        disk.put("memo:key", b"first", None).unwrap();
        disk.flush().unwrap();
        say("ready", "");
        std::thread::sleep(Duration::from_secs(600));
        unreachable!("it is killed before");
    }
    let folder = Folder::new();
    let path = folder.path().join("results");
    let mut child = Process::start(TEST, path.to_str().unwrap(), &[]);
    child.hear("ready");
    let disk = at(&path);
    for _ in 0..3 {
        let errors = [
            disk.get("memo:key").unwrap_err(),
            disk.put("memo:key", b"second", None).unwrap_err(),
            disk.claim("memo:key", b"second", Duration::from_secs(1))
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            assert!(error.to_string().contains("has the file open"), "{error}");
        }
    }
    child.kill();
    until("the second has it", || disk.get("memo:key").is_ok());
    assert_eq!(
        disk.get("memo:key").unwrap().as_deref(),
        Some(b"first".as_slice())
    );
    disk.put("memo:key", b"second", None).unwrap();
    disk.flush().unwrap();
    // Nor do two stores of one process have one file.
    let other = at(&path);
    let error = other.get("memo:key").unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    drop(disk);
    until("the other has it", || other.get("memo:key").is_ok());
    assert_eq!(
        other.get("memo:key").unwrap().as_deref(),
        Some(b"second".as_slice())
    );
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.path().join("results");
    at(&path).flush().unwrap();
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

/// Who takes the file away while it is open, or puts another one in its place, loses what was there, and nothing
/// that comes later.
#[test]
fn a_file_that_was_taken_away_is_made_anew() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let disk = at(&path);
    disk.put("memo:first", b"1", None).unwrap();
    disk.flush().unwrap();
    for round in 0..2 {
        std::fs::remove_file(&path).unwrap();
        if round == 1 {
            std::fs::write(&path, b"").unwrap();
        }
        let key = format!("memo:{round}");
        until("it is noticed", || {
            disk.put(&key, b"2", None).is_err() || disk.flush().is_err()
        });
        until("there is a file again", || {
            disk.put(&key, b"3", None).is_ok() && disk.flush().is_ok()
        });
        assert_eq!(disk.get(&key).unwrap().as_deref(), Some(b"3".as_slice()));
        assert_eq!(disk.get("memo:first").unwrap(), None);
    }
    drop(disk);
    let held = at(&path).get("memo:1").unwrap();
    assert_eq!(held.as_deref(), Some(b"3".as_slice()));
}

static SLOW: LazyLock<Folder> = LazyLock::new(Folder::new);
static SLOWLY: LazyLock<Disk> = LazyLock::new(|| at(SLOW.path().join("results")));

#[memoize(store = SLOWLY, name = "disk.slow")]
fn slow(n: u64) -> u64 {
    if n == 1 {
        std::thread::sleep(memofn::store::settings().lease + Duration::from_millis(100));
    }
    n
}

/// Nobody else can have the file: so a claim needn't end before its body.
#[test]
fn a_body_may_take_longer_than_a_lease() {
    let name = "surviving::a_body_may_take_longer_than_a_lease";
    if role().is_some() {
        let first = slow(1);
        SLOWLY.flush().unwrap();
        assert_eq!((first, slow(1)), (1, 1));
        return say("info", slow_cache_info());
    }
    let short = [("MEMOFN_STORE_LEASE", "300ms")];
    let said = Process::start(name, "computes", &short).lines("info");
    assert!(said[0].starts_with("hits=1 misses=1 "), "{said:?}");
    assert!(!said[0].contains("errors"), "{said:?}");
}
