//! The engine in `loom`: every order in which the threads of a small program can run, and every value
//! that a load may give under the memory model of C11. Run them with
//! `RUSTFLAGS="--cfg loom" cargo test -p memo-runtime --lib --release models`.
//!
//! Under `--cfg loom` arrays, chunks and records are smaller, so that a few entries are enough to grow
//! and to fill them, and there is no `membarrier`: both sides of the barrier are the fences that
//! systems without it run. What loom doesn't know: that a store may be read before it (load buffering),
//! and a total order of `SeqCst` accesses; the engine needs neither.
//!
//! Where a model is too large to be explored in full, threads are preempted a limited number of times
//! (`LOOM_MAX_PREEMPTIONS` sets another limit): most errors need one or two.

mod barrier;
mod caches;
mod flights;
mod growth;
mod index;
mod reclaim;
mod threads;
mod watched;

use crate::arena::{Arena, EntryId};
use crate::hazard::{Record, with_record};
use crate::scope::Shared;
use crate::scope::sealed::Engine;
use crate::trusted::begin_execution;
use std::sync::Arc;
use watched::Watched;

/// The memory of a cache and nothing else.
type Entries = Arena<Watched, Watched, Shared, ()>;

fn entries() -> Arc<Entries> {
    Arc::new(Arena::new(Engine::new(), &[], ()))
}

/// Explores all orders with at most this many preemptions.
fn explore(preemptions: usize, model: fn()) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(preemptions);
    check(builder, model);
}

/// Explores all orders.
fn explore_all(model: fn()) {
    check(loom::model::Builder::new(), model);
}

fn check(mut builder: loom::model::Builder, model: fn()) {
    builder.max_branches = 20_000;
    let started = std::time::Instant::now();
    let executions = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = Arc::clone(&executions);
    builder.check(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        begin_execution();
        watched::begin();
        model();
    });
    println!("{executions:?} executions in {:?}", started.elapsed());
}

/// A look without a lock: the number of the value.
fn look(entries: &Entries, record: &Record, hash: u32, key: u32) -> Option<u32> {
    let pin = entries.find(record, hash, |stored| stored.number() == key)?;
    Some(pin.value.number())
}

/// A look under the lock.
fn look_locked(entries: &Entries, record: &Record, hash: u32, key: u32) -> Option<u32> {
    let pins: Vec<_> = {
        let locked = entries.lock();
        let ids = locked.slots().with_hash(hash);
        ids.filter_map(|id| locked.pin(record, id)).collect()
    };
    let found = pins.iter().find(|pin| pin.key.number() == key)?;
    Some(found.value.number())
}

/// Stores a key with a value ten times as large.
fn store(entries: &Entries, hash: u32, key: u32) -> EntryId {
    let (stored, value) = (Watched::new(key), Watched::new(10 * key));
    entries.lock().store(hash, stored, value, |_, ()| ())
}

fn unlink(entries: &Entries, id: EntryId) {
    entries.lock().parts().0.unlink(id);
}

/// Frees what nobody reads.
fn reclaim(entries: &Entries) {
    let garbage = entries.lock().garbage();
    drop(garbage);
}

fn remove(entries: &Entries, id: EntryId) {
    unlink(entries, id);
    reclaim(entries);
}

/// Gives this thread its record before others come in, which is a model of its own.
fn settle() {
    with_record(|_| ());
}
