//! The reclaimer's side of the asymmetric barrier of `hazard.rs`: `membarrier`, or a fence where there is
//! none; and the change from one to the other, should the system take its promise back.

use crate::hazard::{Record, domain};
use crate::sync::{AtomicUsize, Ordering::SeqCst, fence, global};
use crate::trusted;
use std::time::Duration;

const UNKNOWN: usize = 0;
const PROMISED: usize = 1;
/// It has failed, and not all readers are known to have their fence by now.
const FAILED: usize = 2;
/// All readers have their fence.
const MISSING: usize = 3;

global! {
    /// What is known of the system's barrier. Once it has failed it isn't asked again.
    fn barrier() -> AtomicUsize = AtomicUsize::new(UNKNOWN)
}

fn barrier_state() -> usize {
    let known = barrier().load(SeqCst);
    if known != UNKNOWN {
        return known;
    }
    let answer = if trusted::register_barrier() {
        PROMISED
    } else {
        MISSING
    };
    // Another thread may have asked, too, and may have seen it fail since.
    let seen = barrier().compare_exchange(UNKNOWN, answer, SeqCst, SeqCst);
    seen.map_or_else(|seen| seen, |_| answer)
}

/// May readers rely on the system's barrier?
pub(crate) fn has_barrier() -> bool {
    barrier_state() == PROMISED
}

/// The reclaimer's side. `false`: it can't be had at the moment.
pub(crate) fn heavy_barrier() -> bool {
    fence(SeqCst);
    match barrier_state() {
        PROMISED if trusted::barrier_in_all_threads() => true,
        PROMISED => {
            switch_to_fences();
            false
        }
        FAILED => wait_for_fences(),
        _ => true,
    }
}

/// Waits until all readers have their fence: nothing may be freed before that, and who went on without
/// freeing would let what has left pile up meanwhile.
#[cold]
fn wait_for_fences() -> bool {
    if cfg!(all(loom, test)) {
        return false;
    }
    // Bounded: after a `fork` the thread that switches may not be there.
    for _ in 0..100 {
        if barrier().load(SeqCst) == MISSING {
            fence(SeqCst);
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

#[cold]
fn switch_to_fences() {
    if barrier()
        .compare_exchange(PROMISED, FAILED, SeqCst, SeqCst)
        .is_err()
    {
        // Another thread is at it.
        return;
    }
    fence(SeqCst);
    domain().each(Record::fence_it);
    // Readers that were between write and second look have had no fence. No store stays in a processor
    // for as long as this; what comes after it can rely on theirs.
    if !cfg!(all(loom, test)) {
        std::thread::sleep(Duration::from_millis(10));
    }
    barrier().store(MISSING, SeqCst);
}
