//! What is counted: allocations, clones of keys and values, hashes of keys, hashers made.
//!
//! All counters are per thread, so tests don't see each other.

#![allow(unsafe_code)] // the allocator

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher};
use std::thread::LocalKey;

type Counter = LocalKey<Cell<u64>>;

thread_local! {
    pub(crate) static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
    static KEY_CLONES: Cell<u64> = const { Cell::new(0) };
    static KEY_HASHES: Cell<u64> = const { Cell::new(0) };
    static VALUE_CLONES: Cell<u64> = const { Cell::new(0) };
    static HASHERS: Cell<u64> = const { Cell::new(0) };
}

fn count(counter: &'static Counter) {
    // A thread that ends may allocate after its counters are gone.
    let _ = counter.try_with(|counter| counter.set(counter.get() + 1));
}

/// How often `counter` counts while `work` runs.
pub(crate) fn counted<T>(counter: &'static Counter, work: impl FnOnce() -> T) -> u64 {
    let before = counter.get();
    let _keep = work();
    counter.get() - before
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: everything is the system allocator's; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(&ALLOCATIONS);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(&ALLOCATIONS);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(&ALLOCATIONS);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) u32);

impl Clone for Key {
    fn clone(&self) -> Self {
        count(&KEY_CLONES);
        Self(self.0)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        count(&KEY_HASHES);
        self.0.hash(state);
    }
}

#[derive(Debug, PartialEq)]
pub(crate) struct Value(pub(crate) u32);

impl Clone for Value {
    fn clone(&self) -> Self {
        count(&VALUE_CLONES);
        Self(self.0)
    }
}

#[derive(Clone, Default)]
pub(crate) struct CountingState;

impl BuildHasher for CountingState {
    type Hasher = DefaultHasher;

    fn build_hasher(&self) -> DefaultHasher {
        count(&HASHERS);
        DefaultHasher::new()
    }
}

/// Calls `f` and says what was counted: clones of keys, of values, hashes of keys, hashers.
pub(crate) fn cost<T>(f: impl FnOnce() -> T) -> [u64; 4] {
    let counters = [&KEY_CLONES, &VALUE_CLONES, &KEY_HASHES, &HASHERS];
    let before = counters.map(LocalKey::get);
    let _keep = f();
    let after = counters.map(LocalKey::get);
    std::array::from_fn(|counter| after[counter] - before[counter])
}
