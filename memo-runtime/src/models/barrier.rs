//! A system that promises its barrier and then doesn't keep the promise.

use super::*;
use crate::hazard::domain;
use crate::trusted::FALSE_PROMISE;
use loom::thread::spawn;

/// Explores with a barrier that is promised and fails at every use.
fn explore_betrayed(model: fn()) {
    FALSE_PROMISE.set(true);
    explore_all(model);
    FALSE_PROMISE.set(false);
}

/// Whoever may free anything after the failure finds that readers have a fence.
fn names_only_for_fenced_readers(record: *const Record) {
    if domain().named().is_some() {
        assert!(domain().is_fenced(record));
    }
}

#[test]
fn nothing_is_freed_before_all_readers_have_a_fence() {
    explore_betrayed(|| {
        with_record(|record| {
            assert!(!domain().is_fenced(record));
            let address: usize = std::ptr::from_ref(record).expose_provenance();
            let other = spawn(move || {
                let record = std::ptr::with_exposed_provenance(address);
                names_only_for_fenced_readers(record);
            });
            names_only_for_fenced_readers(record);
            other.join().unwrap();
            names_only_for_fenced_readers(record);
        });
    });
}

/// A thread that comes in while the others are switched has asked before the failure was known.
#[test]
fn a_thread_that_comes_meanwhile_has_a_fence_too() {
    explore_betrayed(|| {
        let new = spawn(|| with_record(|record| std::ptr::from_ref(record).expose_provenance()));
        assert!(
            domain().named().is_none(),
            "the first to see it fail frees nothing"
        );
        let record = std::ptr::with_exposed_provenance(new.join().unwrap());
        names_only_for_fenced_readers(record);
    });
}
