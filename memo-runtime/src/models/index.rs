//! Looks without a lock against writers of one array. Every key has the value that is ten times as
//! large: a look gives that or nothing.

use super::*;
use loom::thread::spawn;

/// Two hashes that begin in the same slot of an array of up to 64, and are told apart by it.
const HASHES: [u32; 2] = [1 << 10 | 1, 2 << 10 | 1];
/// Another that an array of 8 can't tell from the first one.
const SAME: u32 = HASHES[0];

#[test]
fn a_look_against_a_store() {
    explore_all(|| {
        let entries = entries();
        settle();
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || store(&entries, HASHES[0], 1))
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[0], 1);
            assert!(matches!(found, None | Some(10)));
            if found.is_some() {
                assert_eq!(look(&entries, record, HASHES[0], 1), found);
            }
        });
        writer.join().unwrap();
        let now = with_record(|record| look(&entries, record, HASHES[0], 1));
        assert_eq!(now, Some(10));
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

#[test]
fn a_look_against_a_removal() {
    explore_all(|| {
        let entries = entries();
        settle();
        let id = store(&entries, HASHES[0], 1);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || remove(&entries, id))
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[0], 1);
            assert!(matches!(found, None | Some(10)));
        });
        writer.join().unwrap();
        let now = with_record(|record| look(&entries, record, HASHES[0], 1));
        assert_eq!(now, None);
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// The same index slot names the same id again, which is another entry by now.
#[test]
fn a_look_against_a_removal_and_a_store_in_the_same_place() {
    explore_all(|| {
        let entries = entries();
        settle();
        let id = store(&entries, HASHES[0], 1);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                remove(&entries, id);
                store(&entries, SAME, 2)
            })
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[0], 1);
            assert!(matches!(found, None | Some(10)));
            let found = look(&entries, record, SAME, 2);
            assert!(matches!(found, None | Some(20)));
        });
        writer.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// A removal moves the entry behind it. A look without the lock may miss that one on its way; a look
/// under the lock never does.
#[test]
fn a_look_against_a_removal_that_moves_the_entry() {
    explore_all(|| {
        let entries = entries();
        settle();
        let first = store(&entries, HASHES[0], 1);
        store(&entries, HASHES[1], 2);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || remove(&entries, first))
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[1], 2);
            assert!(matches!(found, None | Some(20)));
            assert_eq!(look_locked(&entries, record, HASHES[1], 2), Some(20));
        });
        writer.join().unwrap();
        with_record(|record| {
            assert_eq!(look(&entries, record, HASHES[1], 2), Some(20));
            assert_eq!(look(&entries, record, HASHES[0], 1), None);
        });
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// Where an entry was moved to is the only place in which a reader has seen it.
#[test]
fn a_look_that_finds_an_entry_where_it_was_moved_to() {
    explore_all(|| {
        let entries = entries();
        settle();
        // So that the array has room for two: growing publishes, too.
        let gone = store(&entries, HASHES[0], 3);
        let first = store(&entries, HASHES[0], 1);
        unlink(&entries, gone);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                store(&entries, HASHES[1], 2);
                unlink(&entries, first);
            })
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[1], 2);
            assert!(matches!(found, None | Some(20)));
        });
        writer.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// What a look saw in a slot from which the entry was moved away, and which left then.
#[test]
fn a_look_against_an_entry_that_is_moved_and_removed() {
    explore_all(|| {
        let entries = entries();
        settle();
        let first = store(&entries, HASHES[0], 1);
        let second = store(&entries, HASHES[1], 2);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                unlink(&entries, first);
                remove(&entries, second);
            })
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[1], 2);
            assert!(matches!(found, None | Some(20)));
        });
        writer.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

#[test]
fn a_look_against_a_clear() {
    explore_all(|| {
        let entries = entries();
        settle();
        store(&entries, HASHES[0], 1);
        let writer = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                entries.lock().parts().0.unlink_all();
                reclaim(&entries);
            })
        };
        with_record(|record| {
            let found = look(&entries, record, HASHES[0], 1);
            assert!(matches!(found, None | Some(10)));
        });
        writer.join().unwrap();
        let now = with_record(|record| look_locked(&entries, record, HASHES[0], 1));
        assert_eq!(now, None);
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}
