//! A look that has the old array while the index grows: what is named there may have left the new one
//! long ago.

use super::*;
use loom::thread::spawn;

const HASHES: [u32; 3] = [1 << 10 | 1, 2 << 10 | 2, 3 << 10 | 3];

/// In a model one entry fills the first array.
#[test]
fn a_look_while_the_index_grows() {
    explore_all(|| {
        let entries = entries();
        settle();
        store(&entries, HASHES[0], 1);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || store(&entries, HASHES[1], 2))
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[0], 1);
            assert!(matches!(found, None | Some(10)));
            let found = look(&entries, record, HASHES[1], 2);
            assert!(matches!(found, None | Some(20)));
            assert_eq!(look_locked(&entries, record, HASHES[0], 1), Some(10));
        });
        writer.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// The old array goes on naming an entry that left after the growth, and whose id another one has by
/// now, unless the look kept it.
#[test]
fn an_old_array_validates_nothing() {
    explore_all(|| {
        let entries = entries();
        settle();
        let first = store(&entries, HASHES[0], 1);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                store(&entries, HASHES[1], 2);
                remove(&entries, first);
                // With the same hash, so that nothing else tells them apart.
                store(&entries, HASHES[0], 3)
            })
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[0], 1);
            assert!(matches!(found, None | Some(10)));
        });
        writer.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}
