//! Threads that come and go: their records, and what they have counted.

use super::*;
use crate::hazard::domain;
use crate::scope::sealed::Engine;
use loom::thread::spawn;

const HASH: u32 = 1 << 10 | 1;

fn records() -> usize {
    let mut records = 0;
    domain().each(|_| records += 1);
    records
}

/// A record that was given back has let go of what its last owner read.
#[test]
fn a_record_changes_hands_while_an_entry_leaves() {
    explore_all(|| {
        let entries = entries();
        settle();
        let id = store(&entries, HASH, 1);
        let reader = || {
            let entries = Arc::clone(&entries);
            spawn(move || {
                with_record(|record| {
                    let found = look(&entries, record, HASH, 1);
                    assert!(matches!(found, None | Some(10)));
                });
            })
        };
        let first = reader();
        let second = {
            first.join().unwrap();
            reader()
        };
        remove(&entries, id);
        second.join().unwrap();
        assert!((2..=3).contains(&records()));
        drop(entries);
        assert!(watched::all_dropped_once());
    });
}

/// Two that come at once get two records, and both are found by whoever looks for readers.
#[test]
fn two_threads_take_their_records_at_once() {
    explore_all(|| {
        let enter = || spawn(|| with_record(|record| std::ptr::from_ref(record) as usize));
        let (first, second) = (enter(), enter());
        let (first, second) = (first.join().unwrap(), second.join().unwrap());
        // The later one may have come when the other one had left.
        assert_eq!(records(), if first == second { 1 } else { 2 });
    });
}

fn count(scope: &Shared) {
    with_record(|record| {
        scope.prepare_count(record);
        assert!(scope.count_hit(record) > 0);
    });
}

/// Hits are counted without a lock or an atomic addition; none is lost when threads end, records change
/// hands, or counters are moved to make room for those of a newer cache.
#[test]
fn no_hit_is_lost() {
    explore_all(|| {
        let scopes = Arc::new([Shared::new(), Shared::new()]);
        let counting = || {
            let scopes = Arc::clone(&scopes);
            spawn(move || {
                count(&scopes[0]);
                count(&scopes[1]);
                count(&scopes[0]);
            })
        };
        let first = counting();
        assert!(scopes[0].hits() <= 2);
        first.join().unwrap();
        let second = counting();
        assert!((2..=4).contains(&scopes[0].hits()));
        second.join().unwrap();
        assert_eq!((scopes[0].hits(), scopes[1].hits()), (4, 2));
    });
}

/// Two threads that find one vacant record.
#[test]
fn a_record_is_taken_by_one_thread() {
    explore_all(|| {
        let scope = Arc::new(Shared::new());
        let counting = || {
            let scope = Arc::clone(&scope);
            spawn(move || count(&scope))
        };
        counting().join().unwrap();
        let (one, other) = (counting(), counting());
        one.join().unwrap();
        other.join().unwrap();
        assert_eq!(scope.hits(), 3);
        assert!(records() <= 3);
    });
}

/// What was counted before a zeroing is not counted after it, whatever threads it races with.
#[test]
fn zeroed_hits_stay_zeroed() {
    explore_all(|| {
        let scope = Arc::new(Shared::new());
        count(&scope);
        let other = {
            let scope = Arc::clone(&scope);
            spawn(move || count(&scope))
        };
        scope.zero_hits();
        assert!(scope.hits() <= 1);
        other.join().unwrap();
        assert!(scope.hits() <= 1);
        count(&scope);
        assert!((1..=2).contains(&scope.hits()));
    });
}
