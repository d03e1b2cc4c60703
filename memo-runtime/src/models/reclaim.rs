//! Readers that copy a value against whoever frees it.

use super::*;
use loom::thread::spawn;

const HASHES: [u32; 2] = [1 << 10 | 1, 2 << 10 | 5];

fn copy(entries: &Entries, record: &Record, hash: u32, key: u32) -> Option<Watched> {
    let pin = entries.find(record, hash, |stored| stored.number() == key)?;
    Some(pin.value.clone())
}

#[test]
fn two_readers_against_one_that_frees() {
    explore(3, || {
        let entries = entries();
        settle();
        let id = store(&entries, HASHES[0], 1);
        let reader = || {
            let entries = Arc::clone(&entries);
            spawn(move || {
                with_record(|record| {
                    let copied = copy(&entries, record, HASHES[0], 1);
                    assert!(copied.is_none_or(|copied| copied.number() == 10));
                });
            })
        };
        let readers = [reader(), reader()];
        remove(&entries, id);
        for reader in readers {
            reader.join().unwrap();
        }
        reclaim(&entries);
        assert_eq!(watched::alive(), 0, "nobody reads it any more");
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// A slot that names another entry by now has let go of the first one: its reading is over.
#[test]
fn a_reader_that_goes_on_to_the_next_entry() {
    explore_all(|| {
        let entries = entries();
        settle();
        let first = store(&entries, HASHES[0], 1);
        store(&entries, HASHES[1], 2);
        let reader = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                with_record(|record| {
                    for (hash, key) in [(HASHES[0], 1), (HASHES[1], 2)] {
                        let found = look(&entries, record, hash, key);
                        assert!(found.is_none_or(|found| found == 10 * key));
                    }
                });
            })
        };
        remove(&entries, first);
        reader.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// The same under the lock.
#[test]
fn a_reader_that_goes_on_under_the_lock() {
    explore_all(|| {
        let entries = entries();
        settle();
        let first = store(&entries, HASHES[0], 1);
        store(&entries, HASHES[1], 2);
        let reader = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                with_record(|record| {
                    for (hash, key) in [(HASHES[0], 1), (HASHES[1], 2)] {
                        let found = look_locked(&entries, record, hash, key);
                        assert!(found.is_none_or(|found| found == 10 * key));
                    }
                });
            })
        };
        remove(&entries, first);
        reader.join().unwrap();
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// A value that looks up others while it is copied: each look has a slot of its own, and a record
/// has two of them in a model before it adds more.
#[test]
fn looks_within_looks() {
    explore_all(|| {
        let entries = entries();
        settle();
        let ids: [EntryId; 3] =
            std::array::from_fn(|at| store(&entries, 1 << 10 | at as u32, at as u32));
        let reader = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                with_record(|record| {
                    let is = |stored: &Watched| stored.number() == 0;
                    let Some(outer) = entries.find(record, 1 << 10, is) else {
                        return;
                    };
                    assert_eq!(
                        look(&entries, record, 1 << 10, 0),
                        None,
                        "its slot is taken"
                    );
                    let pins: [_; 2] = {
                        let locked = entries.lock();
                        [ids[1], ids[2]].map(|id| locked.pin(record, id))
                    };
                    for (pin, number) in pins.iter().zip([10, 20]) {
                        let seen = pin.as_ref().map(|pin| pin.value.number());
                        assert!(seen.is_none_or(|seen| seen == number));
                    }
                    assert_eq!(outer.value.number(), 0);
                });
            })
        };
        {
            let mut locked = entries.lock();
            let slots = locked.parts().0;
            ids.iter().for_each(|id| slots.unlink(*id));
        }
        reclaim(&entries);
        reader.join().unwrap();
        reclaim(&entries);
        assert_eq!(watched::alive(), 0, "nobody reads them any more");
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// What one thread could not free, because it was being read, another one frees once.
#[test]
fn two_that_free_against_one_reader() {
    explore(3, || {
        let entries = entries();
        settle();
        let first = store(&entries, HASHES[0], 1);
        let second = store(&entries, HASHES[1], 2);
        let other = {
            let entries = Arc::clone(&entries);
            spawn(move || remove(&entries, second))
        };
        let reader = {
            let entries = Arc::clone(&entries);
            spawn(move || {
                with_record(|record| {
                    let copied = copy(&entries, record, HASHES[0], 1);
                    assert!(copied.is_none_or(|copied| copied.number() == 10));
                });
            })
        };
        remove(&entries, first);
        other.join().unwrap();
        reader.join().unwrap();
        reclaim(&entries);
        assert_eq!(watched::alive(), 0);
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}
