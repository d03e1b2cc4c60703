//! Who reads which entry: hazard pointers (Michael, "Hazard Pointers: Safe Memory Reclamation for
//! Lock-Free Objects", TPDS 2004) with an asymmetric barrier (as in folly's `hazptr`).
//!
//! Each thread has a [`Record`] with slots. A reader writes the address of an entry into a free slot,
//! then makes sure that the entry is still to be found (see `arena`), reads it, and empties the
//! slot. Who has taken an entry out of the index asks [`Domain::named`] and frees only what no slot
//! names.
//!
//! Between the reader's write and its second look a store must not be overtaken by a load. A full
//! fence there costs more than the rest of a hit, so the reader has a compiler fence only
//! ([`Record::light_barrier`]), and the reclaimer, once in a batch, makes all threads of the process pass a
//! full one (`membarrier`). Either the reader's second look comes after that barrier and finds the
//! entry gone, or its slot was written before it and is seen. Where there is no `membarrier`, both
//! sides have a sequentially consistent fence. Should it fail later (a seccomp filter), readers are
//! switched to the fence for good, and nothing is freed for as long as a store may take to get out of a
//! processor, a thousand times over.
//!
//! Records are never freed, and used again by later threads: a thread that dies gives its one back.
//! Destructors of thread-locals that run after that borrow one for the length of a call.
//!
//! # Safety
//! * `CURRENT` is null or points to a record that this thread has taken. The records in the list are
//!   leaked boxes; a cache of one thread has one of its own, which is in no list.
//! * A record's list pointers (`next`, `more`) are null or leaked boxes, written once.
//! * `hits` points to `hits_len` counters of a leaked boxed slice. Only the thread that has the
//!   record writes these two, with `Domain::counters` locked; others read them with it locked. When a
//!   thread ends, its counts are kept there, and its counters freed.
#![allow(unsafe_code)]

use crate::barrier::{has_barrier, heavy_barrier};
use crate::sync::{
    AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, LoadOwned, Mutex, Ordering, fence, global, leak,
    thread_local,
};
use Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::{null, null_mut, slice_from_raw_parts_mut};

/// Slots of a record in its own memory; deeper nesting adds more.
const INLINE: usize = if cfg!(all(loom, test)) { 2 } else { 6 };

/// A place for the address of an entry that is being read.
pub(crate) type Slot = AtomicPtr<u8>;

/// What a thread needs at each hit, in memory of its own.
#[repr(C, align(128))]
pub(crate) struct Record {
    slots: [Slot; INLINE],
    more: AtomicPtr<More>,
    /// Whether the reader's barrier is a fence.
    fenced: AtomicBool,
    /// The thread's Lamport clock: see `recency.rs`.
    pub(crate) tick: AtomicU64,
    /// Hits by the number of their cache.
    hits: AtomicPtr<AtomicU64>,
    hits_len: AtomicUsize,
    taken: AtomicBool,
    next: AtomicPtr<Record>,
    /// A thread's own: not to be lent to others.
    _own: PhantomData<Cell<()>>,
}

struct More {
    slots: [Slot; INLINE],
    next: AtomicPtr<More>,
}

fn empty_slots() -> [Slot; INLINE] {
    std::array::from_fn(|_| Slot::new(null_mut()))
}

impl Record {
    pub(crate) fn new() -> Self {
        Self {
            slots: empty_slots(),
            more: AtomicPtr::new(null_mut()),
            fenced: AtomicBool::new(true),
            tick: AtomicU64::new(0),
            hits: AtomicPtr::new(null_mut()),
            hits_len: AtomicUsize::new(0),
            taken: AtomicBool::new(true),
            next: AtomicPtr::new(null_mut()),
            _own: PhantomData,
        }
    }

    /// The reader's barrier is a fence from here on.
    pub(crate) fn fence_it(&self) {
        self.fenced.store(true, SeqCst);
    }

    /// The reader's side of the barrier: what it wrote into its slot is seen, or it sees what was taken
    /// out.
    #[inline]
    pub(crate) fn light_barrier(&self) {
        if self.fenced.load(Relaxed) {
            fence(SeqCst);
        } else {
            std::sync::atomic::compiler_fence(SeqCst);
        }
    }

    /// The first slot, if it names nothing.
    #[inline]
    pub(crate) fn first_slot(&self) -> Option<&Slot> {
        let slot = &self.slots[0];
        if slot.load_owned().is_null() {
            Some(slot)
        } else {
            None
        }
    }

    /// A slot that names nothing. The second and later ones are in use where user code that reads an
    /// entry (`Eq`, `Clone`) comes back to a cache.
    pub(crate) fn free_slot(&self) -> &Slot {
        let free = |slot: &&Slot| slot.load_owned().is_null();
        let (mut slots, mut link) = (&self.slots, &self.more);
        loop {
            if let Some(slot) = slots.iter().find(free) {
                return slot;
            }
            if link.load_owned().is_null() {
                let more = Box::new(More {
                    slots: empty_slots(),
                    next: AtomicPtr::new(null_mut()),
                });
                link.store(Box::into_raw(more), Release);
            }
            // SAFETY: not null, so a leaked box.
            let more = unsafe { &*link.load_owned() };
            (slots, link) = (&more.slots, &more.next);
        }
    }

    /// Adds what this record's slots name.
    fn collect(&self, named: &mut Vec<*mut u8>) {
        let (mut slots, mut link) = (&self.slots, &self.more);
        loop {
            // Acquire: what the reader did with the entry was before it emptied the slot.
            let addresses = slots.iter().map(|slot| slot.load(Acquire));
            named.extend(addresses.filter(|address| !address.is_null()));
            let more = link.load(Acquire);
            if more.is_null() {
                return;
            }
            // SAFETY: not null, so a leaked box.
            let more = unsafe { &*more };
            (slots, link) = (&more.slots, &more.next);
        }
    }

    /// What the slots name, in order, where only this record's thread can read.
    pub(crate) fn named(&self) -> Vec<*mut u8> {
        let mut named = Vec::new();
        self.collect(&mut named);
        named.sort_unstable();
        named
    }

    /// Counts a hit of the cache with this number: a load and a store, nothing shared. Gives the count;
    /// 0: there is no counter for it yet.
    #[inline]
    pub(crate) fn count_hit(&self, cache: usize) -> u64 {
        if cache >= self.hits_len.load_owned() {
            return 0;
        }
        // SAFETY: there are more than `cache` counters, and only this thread replaces them.
        let counter = unsafe { &*self.hits.load_owned().add(cache) };
        let count = counter.load_owned() + 1;
        counter.store(count, Relaxed);
        count
    }

    /// Makes a counter for the cache with this number.
    #[inline]
    pub(crate) fn prepare_count(&self, cache: usize) {
        if cache >= self.hits_len.load_owned() {
            self.more_counters(cache);
        }
    }

    #[cold]
    fn more_counters(&self, cache: usize) {
        let _counters = domain().counters.lock();
        let len = self.hits_len.load_owned();
        let old = slice_from_raw_parts_mut(self.hits.load_owned(), len);
        let count = |at: usize| {
            // SAFETY: below `len`, so there is such a counter.
            let counter = || unsafe { &(*old)[at] };
            AtomicU64::new(if at < len { counter().load_owned() } else { 0 })
        };
        let longer: Box<[_]> = (0..(cache + 1).next_power_of_two()).map(count).collect();
        self.hits_len.store(longer.len(), Relaxed);
        self.hits.store(Box::into_raw(longer).cast(), Relaxed);
        if len > 0 {
            // SAFETY: a leaked boxed slice that nobody finds any more: those who sum lock.
            drop(unsafe { Box::from_raw(old) });
        }
    }
}

/// A cache of one thread has a record of its own, which goes with it.
impl Drop for Record {
    fn drop(&mut self) {
        let mut link = self.more.load(Relaxed);
        while !link.is_null() {
            // SAFETY: not null, so a leaked box, which nobody else can reach any more.
            let more = unsafe { Box::from_raw(link) };
            link = more.next.load(Relaxed);
        }
        let (hits, len) = (self.hits.load(Relaxed), self.hits_len.load(Relaxed));
        if len > 0 {
            // SAFETY: a leaked boxed slice; as above.
            drop(unsafe { Box::from_raw(slice_from_raw_parts_mut(hits, len)) });
        }
    }
}

/// The records of all threads.
pub(crate) struct Domain {
    first: AtomicPtr<Record>,
    /// Hits that were counted by threads that are gone.
    counters: Mutex<Vec<u64>>,
}

global! {
    pub(crate) fn domain() -> Domain = Domain {
        first: AtomicPtr::new(null_mut()),
        counters: Mutex::new(Vec::new()),
    }
}

impl Domain {
    pub(crate) fn each(&self, mut visit: impl FnMut(&Record)) {
        let mut record = self.first.load(Acquire);
        while !record.is_null() {
            // SAFETY: not null, so a leaked box.
            let reference = unsafe { &*record };
            visit(reference);
            record = reference.next.load(Relaxed);
        }
    }

    /// Has the thread whose record this is a fence?
    #[cfg(all(loom, test))]
    pub(crate) fn is_fenced(&self, record: *const Record) -> bool {
        let mut fenced = false;
        self.each(|other| fenced |= std::ptr::eq(other, record) && other.fenced.load(Relaxed));
        fenced
    }

    /// What is being read anywhere, of all that was taken out of an index before this was called: in
    /// order. `None`: it can't be told, and nothing may be freed.
    pub(crate) fn named(&self) -> Option<Vec<*mut u8>> {
        heavy_barrier().then(|| {
            let mut named = Vec::new();
            self.each(|record| record.collect(&mut named));
            named.sort_unstable();
            named
        })
    }

    /// All hits that were ever counted under this number.
    pub(crate) fn hits(&self, cache: usize) -> u64 {
        let gone = self.counters.lock();
        let mut sum = gone.get(cache).copied().unwrap_or(0);
        self.each(|record| {
            if cache < record.hits_len.load(Relaxed) {
                // SAFETY: below the length; they are not replaced while this is locked.
                sum += unsafe { &*record.hits.load(Relaxed).add(cache) }.load(Relaxed);
            }
        });
        sum
    }

    /// Keeps what a thread that ends has counted, and frees its counters.
    fn fold(&self, record: &Record) {
        let mut gone = self.counters.lock();
        let (hits, len) = (record.hits.load_owned(), record.hits_len.load_owned());
        if len == 0 {
            return;
        }
        record.hits_len.store(0, Relaxed);
        record.hits.store(null_mut(), Relaxed);
        // SAFETY: a leaked boxed slice that nobody finds any more: those who sum lock.
        let counters = unsafe { Box::from_raw(slice_from_raw_parts_mut(hits, len)) };
        if gone.len() < len {
            gone.resize(len, 0);
        }
        for (sum, counter) in gone.iter_mut().zip(&counters) {
            *sum += counter.load_owned();
        }
    }

    /// A record that no thread has.
    fn take(&self) -> &'static Record {
        let record = self.find_or_make();
        record.fenced.store(!has_barrier(), SeqCst);
        // Whoever has switched the readers since may have done so before that store. Either it is seen
        // here or it comes after it.
        fence(SeqCst);
        if !has_barrier() {
            record.fence_it();
        }
        record
    }

    fn find_or_make(&self) -> &'static Record {
        let mut free = None;
        let mut record = self.first.load(Acquire);
        while !record.is_null() && free.is_none() {
            // SAFETY: not null, so a leaked box.
            let reference = unsafe { &*record };
            let vacant = (cfg!(all(loom, test)) || !reference.taken.load(Relaxed))
                && reference
                    .taken
                    .compare_exchange(false, true, Acquire, Relaxed)
                    .is_ok();
            free = vacant.then_some(reference);
            record = reference.next.load(Relaxed);
        }
        free.unwrap_or_else(|| {
            let new = leak(Record::new());
            let mut first = self.first.load(Relaxed);
            loop {
                new.next.store(first, Relaxed);
                // Before this thread's first slot is written, and so seen with it: a reclaimer whose
                // barrier comes too early to find the record has its work seen by the thread.
                let pointer: *const Record = new;
                match self
                    .first
                    .compare_exchange(first, pointer.cast_mut(), Release, Relaxed)
                {
                    Ok(_) => return new,
                    Err(other) => first = other,
                }
            }
        })
    }
}

fn give_back(record: &Record) {
    // In a model the domain may be gone before the last thread-local: there, counters stay with the
    // record.
    if !cfg!(all(loom, test)) {
        domain().fold(record);
    }
    // Release: its next owner finds the slots empty and no counters.
    record.taken.store(false, Release);
}

thread_local! {
    /// This thread's record. Has no destructor, so it is there to the end.
    static CURRENT: Cell<*const Record> = const { Cell::new(null()) };
    static LEAVE: Leave = const { Leave(Cell::new(None)) };
}

/// Gives the record back when its thread ends.
struct Leave(Cell<Option<&'static Record>>);

impl Drop for Leave {
    fn drop(&mut self) {
        if cfg!(all(loom, test)) && std::thread::panicking() {
            // A model has failed: there is no execution any more that this would belong to.
            return;
        }
        // Fails in a model only, where nothing of the thread runs after this.
        let _ = CURRENT.try_with(|current| current.set(null()));
        if let Some(record) = self.0.take() {
            give_back(record);
        }
    }
}

/// Gives a borrowed record back, in unwinding too.
struct Return<'r>(&'r Record);

impl Drop for Return<'_> {
    fn drop(&mut self) {
        CURRENT.with(|current| current.set(null()));
        give_back(self.0);
    }
}

/// This thread's record, if it has one by now: it has from its first miss on.
#[inline]
pub(crate) fn current<'r>() -> Option<&'r Record> {
    let record = CURRENT.with(Cell::get);
    // SAFETY: null, or this thread's record, which is never freed. A record isn't `Sync`.
    unsafe { record.as_ref() }
}

/// Runs `f` with this thread's record, which it gets now if it has none.
pub(crate) fn with_record<R>(f: impl FnOnce(&Record) -> R) -> R {
    if let Some(record) = current() {
        return f(record);
    }
    let (record, _return) = get();
    f(record)
}

/// Gets a record for this thread. If the thread's destructors run already, it is only borrowed.
#[cold]
fn get() -> (&'static Record, Option<Return<'static>>) {
    let record = domain().take();
    CURRENT.with(|current| current.set(record));
    let lent = LEAVE.try_with(|leave| leave.0.set(Some(record))).is_err();
    (record, lent.then(|| Return(record)))
}

#[cfg(all(test, not(loom)))]
#[path = "hazard_tests.rs"]
mod tests;
