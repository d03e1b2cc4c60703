//! The bound holds, and the oldest leave.

use crate::servers::Folder;
use crate::{AMPLE, at};
use memofn::store::{Store, StoreErrorKind};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

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
    println!("of {SIZE} bytes, the file took {most} at most");
    assert!(most <= 3 * SIZE, "{most} bytes");
}

/// Each takes the place of all that was there: old and new together take more than the file may, and it is made
/// shorter. Whoever reads meanwhile gets what there is.
#[test]
fn a_file_that_has_grown_is_made_shorter() {
    const SIZE: u64 = 1 << 20;
    let folder = Folder::new();
    let path = folder.path().join("results");
    let disk = at(&path).with_size(SIZE).with_timeout(AMPLE);
    let ends = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ends.load(Ordering::Relaxed) {
                for n in 0..2 {
                    let held = disk.get(&format!("memo:{n}")).unwrap();
                    assert!(held.is_none_or(|held| held.iter().all(|byte| byte % 2 == n)));
                }
            }
        });
        let mut most = 0;
        for n in 0..60_u8 {
            let key = format!("memo:{}", n % 2);
            disk.put(&key, &vec![n; 950_000], None).unwrap();
            disk.flush().unwrap();
            most = most.max(fs::metadata(&path).unwrap().len());
            assert_eq!(disk.totals().unwrap().1, 1, "there is room for one");
        }
        ends.store(true, Ordering::Relaxed);
        println!("of {SIZE} bytes, the file took {most} at most");
        assert!(most <= 3 * SIZE, "{most} bytes");
    });
    drop(disk);
    let held = at(&path).with_size(SIZE).with_timeout(AMPLE).get("memo:1");
    assert!(held.unwrap() == Some(vec![59; 950_000]));
}
