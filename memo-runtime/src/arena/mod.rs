//! The memory of a cache: an index from hashes to entries that is read without a lock, and the entries.
//!
//! **Entries** have ids and stand in chunks of about 4 KiB that never move; they are used again, and
//! freed with the cache. A chunk has its entries (header, key, value) first and behind them a column
//! for each further word that this cache's entries need (a deadline, a weight), so that none is paid
//! for by caches that don't.
//!
//! **The index** is one array of 4-byte slots, open addressing with linear probing, at most half full.
//! An array of 2ᵏ slots takes the low `k` bits of a slot for the id and the others for those of the
//! hash, of which the low `k` say where to begin; so one mask serves all three. Removal shifts the
//! rest of the cluster back (Knuth, TAOCP 3, 6.4, algorithm R): no tombstones. A full array is
//! replaced by a larger one; the old ones are kept, together smaller than the current one, so readers
//! need no protection for them.
//!
//! **A reader** ([`Arena::find`]) finds an entry's id, names its address in a slot of its thread, and
//! then looks again at *both* the root and the index slot: if neither has changed, the entry was in the
//! index after it was named, and stays what it is until the reader lets go (`hazard.rs`). The root
//! counts too: an old array keeps ids of entries that are long gone. A reader that races with a shift
//! may miss an entry: it then takes the lock and looks again. One that meets another key with its hash
//! goes on behind it ([`Arena::find_among_others`]).
//!
//! **A writer** has the lock. It writes an entry before it publishes its id (Release); a reader loads
//! the id (Acquire). It takes ids out of the index first and frees what no reader names later
//! ([`Garbage`]), without the lock, since destructors are user code.
//!
//! # Safety
//! 1. `root` is null or the newest of `Slots::indexes`; these and the chunks are freed when the `Arena` is.
//! 2. Every id in the current array is below `Slots::next`, and the chunk of each such id is in the
//!    array's table of chunks. An array of 2ᵏ slots holds ids below 2ᵏ − 1 only.
//! 3. An id is *linked* (in the index, `seq` not 0), *retired* (taken out, not freed), or *vacant*.
//!    The key and value of what is linked or retired are initialised. Only [`Garbage`] makes retired ids
//!    vacant, each once, after it found that no reader names them; it drops key and value before.
//! 4. Shared references to an entry's key and value exist only through a [`Pin`] that was looked at
//!    again (or made under the lock), until it is dropped; and while the listener is told of what is
//!    retired and not named, before it is dropped. Header and columns are atomics.
//! 5. Only [`Locked`] makes `Slots` accessible, so `root` and `Slots` always belong together.
#![allow(unsafe_code)]

mod memory;
mod slots;

pub(crate) use memory::{Column, EntryId, MAX_ENTRIES, Meta, Shape};
pub(crate) use slots::Slots;

use crate::builder::Listener;
use crate::cause::Cause;
use crate::hazard::{Record, Slot};
use crate::scope::{Lock, Scope};
use crate::sync::{AtomicPtr, AtomicU64, Ordering};
use Ordering::{Acquire, Relaxed, Release};
use memory::{Array, EMPTY, Entry, chunk_bits};
use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::{NonNull, null_mut};

/// The memory of one cache, and under its lock what else `T` needs it.
#[repr(C)]
pub(crate) struct Arena<K, V, S: Scope, T> {
    root: AtomicPtr<Array>,
    scope: S,
    shape: Shape,
    /// What misses write, away from what hits read.
    inner: Box<S::Lock<Inner<T>>>,
    /// What is told of entries that have left.
    listener: Option<Listener<K, V>>,
    entries: PhantomData<Guarded<Entry<K, V>>>,
}

/// Shared by threads only where entries may be read by several of them and dropped by any.
type Guarded<E> = (E, std::sync::Mutex<E>);

struct Inner<T> {
    slots: Slots,
    rest: T,
}

/// An entry that is being read: once it was made sure of, it stays as it is until this is dropped,
/// linked or not.
pub(crate) struct Pin<'r, K, V> {
    entry: NonNull<Entry<K, V>>,
    pub(crate) id: EntryId,
    slot: &'r Slot,
}

impl<K, V> Deref for Pin<'_, K, V> {
    type Target = Entry<K, V>;
    #[inline]
    fn deref(&self) -> &Entry<K, V> {
        // SAFETY: initialised, as whoever gives a pin away has made sure, and not freed while the slot
        // names it (invariant 3).
        unsafe { self.entry.as_ref() }
    }
}

impl<K, V> Drop for Pin<'_, K, V> {
    #[inline]
    fn drop(&mut self) {
        // Release: whatever was read was read before this.
        self.slot.store(null_mut(), Release);
    }
}

impl<'r, K, V> Pin<'r, K, V> {
    /// Says that this thread reads the entry.
    #[inline]
    fn name(slot: &'r Slot, entry: NonNull<Entry<K, V>>, id: EntryId) -> Self {
        // Release, too: who finds this in the slot may not find the null before it, and frees what the
        // slot named before that.
        slot.store(entry.as_ptr().cast(), Release);
        Self { entry, id, slot }
    }

    #[inline]
    pub(crate) fn meta<'e>(&'e self, shape: &'e Shape) -> Meta<'e> {
        let bits = const { chunk_bits(size_of::<Entry<K, V>>()) };
        let at = self.id as usize & ((1 << bits) - 1);
        // SAFETY: the entry is the `at`-th of its chunk, which lives as long as the arena.
        unsafe { Meta::of(self.entry, at, shape) }
    }

    /// What hits write.
    #[inline]
    pub(crate) fn word(&self) -> &AtomicU64 {
        &self.header.word
    }

    /// Is it still in the index? Lasting only under the lock.
    pub(crate) fn is_linked(&self) -> bool {
        self.header.seq.load(Relaxed) != 0
    }
}

impl<K, V, S: Scope, T> Arena<K, V, S, T> {
    pub(crate) fn new(scope: S, columns: &[Column], rest: T) -> Self {
        let shape = Shape::new::<K, V>(columns);
        Self {
            root: AtomicPtr::new(null_mut()),
            shape,
            inner: Box::new(Lock::new(Inner {
                slots: Slots::new(shape),
                rest,
            })),
            scope,
            listener: None,
            entries: PhantomData,
        }
    }

    /// Tells a listener of what leaves, by the causes in a column.
    pub(crate) fn listen(&mut self, listener: Option<Listener<K, V>>) {
        self.listener = listener;
    }

    pub(crate) fn scope(&self) -> &S {
        &self.scope
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The entry with this hash for which `is` holds, found without a lock. A look that finds nothing
    /// may have missed it: where it raced with a writer, where a collision of hashes came first, or
    /// where this thread is reading another entry. `hash` has 31 bits.
    #[inline]
    pub(crate) fn find<'r>(
        &'r self,
        record: &'r Record,
        hash: u32,
        is: impl FnOnce(&K) -> bool,
    ) -> Option<Pin<'r, K, V>> {
        let root = NonNull::new(self.root.load(Acquire))?;
        let slot = record.first_slot()?;
        // SAFETY: invariant 1.
        let mask = unsafe { root.as_ref() }.mask;
        // SAFETY: `at` is masked.
        let cell = |at| unsafe { Array::cell(root, at).as_ref() };
        let is_other = |seen: u32| (seen ^ hash) & !mask != 0;
        let first = cell(hash & mask).load(Acquire);
        // The second slot is looked at in any case: whether the first one is another's can't be
        // foreseen, and a wrong guess costs more than the look.
        let second = cell((hash + 1) & mask).load(Acquire);
        let step = u32::from(is_other(first));
        let mut at = (hash + step) & mask;
        let mut seen = first ^ ((first ^ second) & step.wrapping_neg());
        while is_other(seen) {
            if seen == EMPTY {
                return None;
            }
            at = (at + 1) & mask;
            seen = cell(at).load(Acquire);
        }
        // SAFETY: `at` was looked at in this array.
        let pin = unsafe { self.pin_at(record, slot, root, at, seen)? };
        is(&pin.key).then_some(pin)
    }

    /// The same, for entries with equal hashes: it goes on behind one that is another's.
    pub(crate) fn find_among_others<'r>(
        &'r self,
        record: &'r Record,
        hash: u32,
        mut is: impl FnMut(&K) -> bool,
    ) -> Option<Pin<'r, K, V>> {
        let root = NonNull::new(self.root.load(Acquire))?;
        // SAFETY: invariant 1.
        let mask = unsafe { root.as_ref() }.mask;
        // As many steps as there are slots, should writers keep it from ever seeing an empty one.
        for at in (0..=mask).map(|step| hash.wrapping_add(step) & mask) {
            // SAFETY: `at` is masked.
            let seen = unsafe { Array::cell(root, at).as_ref() }.load(Acquire);
            if seen == EMPTY {
                return None;
            }
            if (seen ^ hash) & !mask == 0 {
                // SAFETY: `at` was looked at in this array.
                let pin = unsafe { self.pin_at(record, record.free_slot(), root, at, seen)? };
                if pin.header.hash.load(Relaxed) == hash && is(&pin.key) {
                    return Some(pin);
                }
            }
        }
        None
    }

    /// Names the entry whose id was seen in this place of the index; none if the index has changed
    /// meanwhile.
    ///
    /// # Safety
    /// `root` was read from `self.root`, `at` is at most its mask, and `seen` was read there and isn't
    /// `EMPTY`.
    #[inline]
    unsafe fn pin_at<'r>(
        &'r self,
        record: &'r Record,
        slot: &'r Slot,
        root: NonNull<Array>,
        at: u32,
        seen: u32,
    ) -> Option<Pin<'r, K, V>> {
        // SAFETY: invariant 1; the caller's promise.
        let (mask, cell) = unsafe { (root.as_ref().mask, Array::cell(root, at).as_ref()) };
        let id = seen & mask;
        // SAFETY: `seen` was published in this array with its chunk (invariant 2).
        let entry = unsafe { Self::locate(root, id) };
        // Not to be looked into before the second look.
        let pin = Pin::name(slot, entry, id);
        if S::CONCURRENT {
            record.light_barrier();
            if self.root.load(Acquire) != root.as_ptr() || cell.load(Acquire) != seen {
                return None;
            }
        }
        // Linked after it was named: what `pin` derefs to is initialised, and stays.
        Some(pin)
    }

    /// # Safety
    /// `root` is alive, and `id` is below `Slots::next` as of when it was loaded.
    #[inline]
    unsafe fn locate(root: NonNull<Array>, id: EntryId) -> NonNull<Entry<K, V>> {
        let bits = const { chunk_bits(size_of::<Entry<K, V>>()) };
        // SAFETY: the table has an entry for each chunk of a published id, which isn't null.
        unsafe {
            let chunk = root.as_ref().chunks.add((id >> bits) as usize).as_ref();
            let chunk = NonNull::new_unchecked(chunk.load(Relaxed));
            let at = id as usize & ((1 << bits) - 1);
            chunk.cast::<Entry<K, V>>().add(at)
        }
    }

    /// Waits for the lock.
    #[inline]
    pub(crate) fn lock(&self) -> Locked<'_, K, V, S, T> {
        let inner = self.inner.lock();
        Locked { arena: self, inner }
    }
}

impl<K, V, S: Scope, T> Drop for Arena<K, V, S, T> {
    fn drop(&mut self) {
        let mut locked = self.lock();
        let mut left_before = locked.garbage();
        locked.inner.slots.unlink_all();
        let mut rest = locked.garbage();
        drop(locked);
        // Nobody else can read any more.
        left_before.named = Some(Vec::new());
        rest.named = Some(Vec::new());
        // It goes with its cache, and hasn't left it.
        rest.tell_nobody();
        drop(left_before);
    }
}

/// A cache whose lock is held.
pub(crate) struct Locked<'a, K, V, S: Scope, T> {
    arena: &'a Arena<K, V, S, T>,
    inner: <S::Lock<Inner<T>> as Lock<Inner<T>>>::Guard<'a>,
}

impl<'a, K, V, S: Scope, T> Locked<'a, K, V, S, T> {
    pub(crate) fn slots(&self) -> &Slots {
        &self.inner.slots
    }

    /// The memory, and the rest that is under the lock.
    pub(crate) fn parts(&mut self) -> (&mut Slots, &mut T) {
        let inner = &mut *self.inner;
        (&mut inner.slots, &mut inner.rest)
    }

    /// Reads an entry that is linked. The pin outlives the lock.
    pub(crate) fn pin<'r>(&self, record: &'r Record, id: EntryId) -> Option<Pin<'r, K, V>>
    where
        'a: 'r,
    {
        let slots = &self.inner.slots;
        slots.meta(id)?;
        let entry = slots.chunks.entry(id);
        let slot = record.free_slot();
        // Linked, so initialised. Whoever takes it out later has the lock later, and so sees the slot. The
        // arena outlives the pin.
        Some(Pin::name(slot, entry, id))
    }

    /// Adds an entry, whose words `begin` writes before anyone can find it.
    ///
    /// # Panics
    /// With more than 2³⁰ entries, or without memory.
    pub(crate) fn store(
        &mut self,
        hash: u32,
        key: K,
        value: V,
        begin: impl FnOnce(Meta<'_>, &mut T),
    ) -> EntryId {
        let (slots, rest) = self.parts();
        let id = slots.vacate();
        // SAFETY: vacant, so nobody reads it and there is nothing to drop.
        unsafe {
            let entry = slots.chunks.entry::<K, V>(id).as_ptr();
            (&raw mut (*entry).key).write(key);
            (&raw mut (*entry).value).write(value);
        }
        begin(slots.any_meta(id), rest);
        self.inner.slots.link(id, hash, &self.arena.root);
        id
    }

    /// What was taken out, to be freed when the lock is.
    pub(crate) fn garbage(&mut self) -> Garbage<'a, K, V, S, T> {
        self.inner.slots.retired_weight = 0;
        Garbage {
            arena: self.arena,
            waiting: std::mem::take(&mut self.inner.slots.retired),
            next: 0,
            kept: Vec::new(),
            named: None,
            listener: self.arena.listener.as_ref(),
            panic: None,
        }
    }
}

/// Entries that were taken out: when this is dropped, the listener is told of those that nobody reads,
/// and they are freed; the others go back to wait. The lock must be free then, since both are user code.
#[must_use = "it is to be dropped when the lock is free"]
pub(crate) struct Garbage<'a, K, V, S: Scope, T> {
    arena: &'a Arena<K, V, S, T>,
    waiting: Vec<EntryId>,
    /// Those before are done with.
    next: usize,
    kept: Vec<EntryId>,
    named: Option<Vec<*mut u8>>,
    listener: Option<&'a Listener<K, V>>,
    /// The first one of user code.
    panic: Option<Box<dyn Any + Send>>,
}

impl<K, V, S: Scope, T> Garbage<'_, K, V, S, T> {
    pub(crate) fn tell_nobody(&mut self) {
        self.listener = None;
    }

    fn free(&mut self) {
        let Some(root) = NonNull::new(self.arena.root.load(Acquire)) else {
            return;
        };
        while let Some(id) = self.waiting.get_mut(self.next) {
            // SAFETY: what is retired was published, in this array or one before it: the root was loaded
            // after `waiting` was taken under the lock.
            let entry = unsafe { Arena::<K, V, S, T>::locate(root, *id) };
            let address = entry.as_ptr().cast();
            let named = self.named.as_ref();
            if named.is_none_or(|named| named.binary_search(&address).is_ok()) {
                self.kept.push(std::mem::replace(id, EMPTY));
                self.next += 1;
                continue;
            }
            let at = *id as usize & ((1 << self.arena.shape.bits) - 1);
            self.next += 1;
            if let Some(listener) = self.listener {
                // SAFETY: the entry is the `at`-th of its chunk, which lives as long as the arena.
                let meta = unsafe { Meta::of(entry, at, &self.arena.shape) };
                let cause = Cause::of(meta.get(Column::Cause));
                self.run(|| {
                    // SAFETY: retired, and not dropped yet.
                    let entry = unsafe { entry.as_ref() };
                    listener(&entry.key, &entry.value, cause);
                });
            }
            if std::mem::needs_drop::<Entry<K, V>>() {
                self.run(|| {
                    // SAFETY: retired, and no reader names it, so nobody reads it; once, since `next`
                    // has passed it.
                    unsafe { entry.drop_in_place() };
                });
            }
        }
    }

    /// Runs user code: if it panics, that keeps the others from nothing.
    fn run(&mut self, user_code: impl FnOnce()) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(user_code)) {
            self.panic.get_or_insert(panic);
        }
    }
}

impl<K, V, S: Scope, T> Drop for Garbage<'_, K, V, S, T> {
    fn drop(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        if self.named.is_none() {
            self.named = self.arena.scope.named();
        }
        self.free();
        let (arena, waiting, kept) = (self.arena, &mut self.waiting, &mut self.kept);
        arena.inner.lock().slots.take_back(waiting, kept);
        if let Some(panic) = self.panic.take() {
            // A second one in unwinding would abort.
            if !std::thread::panicking() {
                resume_unwind(panic);
            }
        }
    }
}
