//! The bound holds, and the oldest leave.

use crate::at;
use crate::servers::Folder;
use memofn::store::{Store, StoreErrorKind};
use std::fs;

const SIZE: u64 = 8 << 20;

/// Several times as much as there is room for, in entries of any size.
#[test]
fn neither_the_entries_nor_the_file_outgrow_it() {
    let folder = Folder::new();
    let path = folder.path().join("results");
    let disk = at(&path).with_size(SIZE);
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
    // Free pages of redb's, of which it makes no promise: 3.1 times was seen.
    assert!(most <= 4 * SIZE, "{most} bytes");
}
