//! The bound holds, and the oldest leave.

use crate::servers::{Folder, until};
use crate::{AMPLE, at};
use memofn::store::{Store, StoreErrorKind};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

const SIZE: u64 = 8 << 20;

/// Several times as much as there is room for, in entries of any size.
#[test]
fn neither_the_entries_nor_the_file_outgrow_it() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let disk = at(&path).with_size(SIZE).with_timeout(AMPLE);
    let mut most = 0;
    let put = |key: &str, value: &[u8]| loop {
        match disk.put(key, value, None) {
            Ok(()) => break,
            // Faster than the disk.
            Err(error) if error.kind() == StoreErrorKind::Full => disk.flush().unwrap(),
            Err(error) => panic!("{error}"),
        }
    };
    // What all results of a function depend on.
    put("memo:f:00:epoch", b"number");
    for length in [10, 300, 1_500, 5_000, 70_000, 1_000_000] {
        let count = (2 * SIZE / length).min(60_000);
        for n in 0..count {
            put(
                &format!("memo:{length}:{n}"),
                &vec![n as u8; length as usize],
            );
            if n % 1_000 == 999 {
                disk.flush().unwrap();
                most = most.max(fs::metadata(&path).unwrap().len());
            }
        }
        disk.flush().unwrap();
        most = most.max(fs::metadata(&path).unwrap().len());
        println!("of {SIZE} bytes, the file took {most} at most, with {length} each");
        let (weight, entries) = disk.totals().unwrap();
        assert!(
            weight <= SIZE && entries > 0,
            "{weight} bytes, {entries} entries"
        );
        assert!(weight > SIZE / 2, "{weight} bytes: too much has left");
        // The last one is there, the first isn't.
        let last = disk.get(&format!("memo:{length}:{}", count - 1)).unwrap();
        assert!(last.is_some());
        assert_eq!(disk.get(&format!("memo:{length}:0")).unwrap(), None);
        let epoch = disk.get("memo:f:00:epoch").unwrap();
        assert_eq!(epoch.as_deref(), Some(b"number".as_slice()));
    }
    assert!(most <= 3 * SIZE, "{most} bytes");
}

/// Two of these don't fit into a page, or what is left over takes one of its own.
#[test]
fn lengths_around_that_of_a_page() {
    let text = "of a key that is as long as those of functions are, with their names ".len();
    for (size, length) in [
        (3 << 20, 1_450),
        (5 << 20, 2_040),
        (5 << 20, 4_100),
        (11 << 20, 4_600),
    ] {
        let folder = Folder::new();
        let path = folder.path().join("results");
        let disk = at(&path).with_size(size).with_timeout(AMPLE);
        disk.flush().unwrap();
        let (mut most, mut random) = (0, 1_u64);
        for n in 0..3 * size / length {
            // Anywhere in the tree. (Marsaglia's xorshift.)
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            disk.put(
                &format!("{random:0text$}"),
                &vec![n as u8; length as usize],
                None,
            )
            .unwrap();
            most = most.max(fs::metadata(&path).unwrap().len());
        }
        disk.flush().unwrap();
        most = most.max(fs::metadata(&path).unwrap().len());
        let (weight, entries) = disk.totals().unwrap();
        println!("{size} bytes, {length} each: {entries} entries, the file took {most} at most");
        assert!(weight <= size && 2 * weight > size, "{weight}");
        assert!(entries * length > size / 3, "{entries} entries of {length}");
        assert!(most <= 3 * size, "{most} bytes of {size}");
    }
}

/// Each takes the place of all that was there: old and new together take more than the file may, and it is made
/// shorter. Whoever reads meanwhile gets what there is.
#[test]
fn a_file_that_has_grown_is_made_shorter() {
    const SIZE: u64 = 1 << 20;
    let folder = Folder::new();
    let path = folder.path().join("results");
    let disk = at(&path).with_size(SIZE).with_timeout(AMPLE);
    let length = || fs::metadata(&path).unwrap().len();
    let (written, read) = (AtomicU64::new(0), AtomicU64::new(0));
    let (mut most, mut shortened) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while written.load(Relaxed) < 60 {
                for n in 0..2 {
                    if let Some(held) = disk.get(&format!("memo:{n}")).unwrap() {
                        assert!(held[0] % 2 == n && held.len() == 950_000);
                        assert!(held.iter().all(|byte| *byte == held[0]));
                        read.fetch_add(1, Relaxed);
                    }
                }
            }
        });
        for n in 0..60_u8 {
            // Even if something below panics.
            let _written = Counts(&written, n);
            let key = format!("memo:{}", n % 2);
            disk.put(&key, &vec![n; 950_000], None).unwrap();
            disk.flush().unwrap();
            let before = length();
            most = most.max(before);
            until("the file is short", || length() <= 3 * SIZE);
            shortened += u32::from(length() < before);
            assert_eq!(disk.totals().unwrap().1, 1, "there is room for one");
        }
    });
    println!(
        "of {SIZE} bytes, the file took {most} at most, and was made shorter {shortened} times"
    );
    assert!(read.load(Relaxed) > 0);
    drop(disk);
    let held = at(&path).with_size(SIZE).with_timeout(AMPLE).get("memo:1");
    assert!(held.unwrap() == Some(vec![59; 950_000]));
}

struct Counts<'c>(&'c AtomicU64, u8);

impl Drop for Counts<'_> {
    fn drop(&mut self) {
        let last = if std::thread::panicking() { 59 } else { self.1 };
        self.0.store(u64::from(last) + 1, Relaxed);
    }
}
