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
//! may miss an entry: it then takes the lock and looks again.
//!
//! **A writer** has the lock. It writes an entry before it publishes its id (Release); a reader loads
//! the id (Acquire). It takes ids out of the index first and frees what no reader names later
//! ([`Garbage`]), without the lock, since destructors are user code.
//!
//! # Safety
//! 1. `root` is null or the newest of `Slots::arrays`; arrays and chunks are freed when the `Arena` is.
//! 2. Every id in the current array is below `Slots::next`, and the chunk of each such id is in the
//!    array's table of chunks. An array of 2ᵏ slots holds ids below 2ᵏ − 1 only.
//! 3. An id is *linked* (in the index, `seq` not 0), *retired* (taken out, not freed), or *vacant*.
//!    The key and value of what is linked or retired are initialised. Only [`Garbage`] makes retired ids
//!    vacant, each once, after it found that no reader names them; it drops key and value before.
//! 4. Shared references to an entry exist only in a [`Pin`]. Header and columns are atomics.
//! 5. Only [`Locked`] makes `Slots` accessible, so `root` and `Slots` always belong together.
#![allow(unsafe_code)]

use crate::hazard::{Record, Slot};
use crate::scope::{Lock, Scope};
use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, LoadOwned, Ordering};
use Ordering::{Acquire, Relaxed, Release};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::{NonNull, null_mut};

/// Where an entry stands in the memory of its cache. Used again after the entry has left.
pub(crate) type EntryId = u32;

/// Most entries of any cache.
pub(crate) const MAX_ENTRIES: usize = 1 << 30;

/// What every entry has beside its key and value.
#[repr(C)]
pub(crate) struct Header {
    /// What hits write and policies read: see `policy`.
    pub(crate) word: AtomicU64,
    /// 32 bits of the key's hash.
    hash: AtomicU32,
    /// Tells an entry from a later one with the same id; 0 in what is not linked.
    seq: AtomicU32,
}

#[repr(C)]
pub(crate) struct Entry<K, V> {
    header: Header,
    pub(crate) key: K,
    pub(crate) value: V,
}

/// A further word of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// The end of its lifetime.
    Deadline,
    /// When it was last used, on the clock.
    UsedAt,
    /// As the weigher said.
    Weight,
    /// How often it was used.
    Count,
}

/// How entries are laid out in chunks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    entry: Layout,
    /// A chunk has 2 to the power of this entries.
    bits: u32,
    /// The columns' places, by [`Column`]; `NONE` for those that aren't there.
    columns: [u8; 4],
    width: u8,
}

const NONE: u8 = u8::MAX;

/// Entries per chunk, as a power of two: about 4 KiB of them.
const fn chunk_bits(entry: usize) -> u32 {
    let mut bits = if cfg!(loom) { 1 } else { 7 };
    while bits > 3 && entry << bits > 4096 {
        bits -= 1;
    }
    bits
}

impl Shape {
    pub(crate) fn new<K, V>(columns: &[Column]) -> Self {
        let mut places = [NONE; 4];
        for (place, column) in (0..).zip(columns) {
            places[*column as usize] = place;
        }
        Self {
            entry: Layout::new::<Entry<K, V>>(),
            bits: chunk_bits(size_of::<Entry<K, V>>()),
            columns: places,
            width: columns.len() as u8,
        }
    }

    fn chunk(&self) -> Layout {
        let entries = self.entry.size() << self.bits;
        let columns = (usize::from(self.width) * size_of::<AtomicU64>()) << self.bits;
        let align = self.entry.align().max(align_of::<AtomicU64>());
        // A chunk is small, or holds 8 entries of a type that exists.
        Layout::from_size_align(entries + columns, align).expect("a chunk of a size that can be")
    }
}

/// What is known of an entry without its key and value.
#[derive(Clone, Copy)]
pub(crate) struct Meta<'e> {
    pub(crate) header: &'e Header,
    /// Its word in the first column, or where that would be.
    words: NonNull<AtomicU64>,
    shape: &'e Shape,
}

impl<'e> Meta<'e> {
    pub(crate) fn hash(&self) -> u32 {
        self.header.hash.load(Relaxed)
    }

    pub(crate) fn seq(&self) -> u32 {
        self.header.seq.load(Relaxed)
    }

    /// A further word, if entries of this cache have it.
    #[inline]
    pub(crate) fn column(&self, column: Column) -> Option<&'e AtomicU64> {
        let place = self.shape.columns[column as usize];
        if place == NONE {
            return None;
        }
        // SAFETY: in the chunk of this entry, whose columns are initialised (see `Slots::add_chunk`).
        Some(unsafe {
            self.words
                .add(usize::from(place) << self.shape.bits)
                .as_ref()
        })
    }

    /// A further word as it is now; 0 if entries of this cache don't have it.
    #[inline]
    pub(crate) fn get(&self, column: Column) -> u64 {
        self.column(column).map_or(0, |word| word.load(Relaxed))
    }
}

/// No entry.
const EMPTY: u32 = u32::MAX;

/// One generation of the index. Its slots follow it in memory, then its table of chunks.
#[repr(C, align(64))]
struct Array {
    mask: u32,
    chunks: NonNull<AtomicPtr<u8>>,
    layout: Layout,
}

impl Array {
    fn new(bits: u32, chunk_bits: u32) -> NonNull<Array> {
        let len = 1_usize << bits;
        let table = (len >> chunk_bits) + 1;
        let slots = Layout::array::<AtomicU32>(len).expect("2³¹ slots at most");
        let chunks = Layout::array::<AtomicPtr<u8>>(table).expect("fewer than slots");
        let (layout, _) = Layout::new::<Array>().extend(slots).expect("as above");
        let (layout, chunks_at) = layout.extend(chunks).expect("as above");
        // SAFETY: the layout has a size. All parts are written before anyone sees them.
        unsafe {
            let Some(memory) = NonNull::new(alloc(layout)) else {
                handle_alloc_error(layout)
            };
            let array = memory.cast::<Array>();
            let chunks = memory.add(chunks_at).cast::<AtomicPtr<u8>>();
            array.write(Array {
                mask: (len - 1) as u32,
                chunks,
                layout,
            });
            for at in 0..len {
                Self::slot(array, at as u32).write(AtomicU32::new(EMPTY));
            }
            for at in 0..table {
                chunks.add(at).write(AtomicPtr::new(null_mut()));
            }
            array
        }
    }

    /// # Safety
    /// `array` is alive, `at` at most its mask.
    #[inline]
    unsafe fn slot(array: NonNull<Array>, at: u32) -> NonNull<AtomicU32> {
        // SAFETY: the slots begin behind the header, which is a multiple of their alignment.
        unsafe { array.add(1).cast::<AtomicU32>().add(at as usize) }
    }
}

/// The memory of one cache, and under its lock what else `T` needs it.
pub(crate) struct Arena<K, V, S: Scope, T> {
    root: AtomicPtr<Array>,
    shape: Shape,
    inner: S::Lock<Inner<T>>,
    scope: S,
    entries: PhantomData<Entry<K, V>>,
}

struct Inner<T> {
    slots: Slots,
    rest: T,
}

/// An entry that is being read: it stays as it is until this is dropped, linked or not.
pub(crate) struct Pin<'r, K, V> {
    entry: NonNull<Entry<K, V>>,
    pub(crate) id: EntryId,
    slot: &'r Slot,
}

impl<K, V> Deref for Pin<'_, K, V> {
    type Target = Entry<K, V>;
    #[inline]
    fn deref(&self) -> &Entry<K, V> {
        // SAFETY: initialised when it was pinned, and not freed while the slot names it (invariant 3).
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
        // SAFETY: the entry is the `at`-th of its chunk, which goes on behind its entries.
        let words = unsafe { self.entry.add((1 << bits) - at).cast::<AtomicU64>().add(at) };
        Meta {
            header: &self.header,
            words,
            shape,
        }
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
    pub(crate) fn new(columns: &[Column], rest: T) -> Self {
        let shape = Shape::new::<K, V>(columns);
        Self {
            root: AtomicPtr::new(null_mut()),
            shape,
            inner: Lock::new(Inner {
                slots: Slots::new(shape),
                rest,
            }),
            scope: S::new(),
            entries: PhantomData,
        }
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
        let cell = |at| unsafe { Array::slot(root, at).as_ref() };
        let is_other = |seen: u32| (seen ^ hash) & !mask != 0;
        let mut at = hash & mask;
        let mut seen = cell(at).load(Acquire);
        // The second slot is looked at in any case: whether the first one is another's can't be foreseen, and a
        // wrong guess costs more than the look.
        let (next, second) = ((at + 1) & mask, cell((at + 1) & mask).load(Acquire));
        (at, seen) = std::hint::select_unpredictable(is_other(seen), (next, second), (at, seen));
        while is_other(seen) {
            if seen == EMPTY {
                return None;
            }
            at = (at + 1) & mask;
            seen = cell(at).load(Acquire);
        }
        let cell = cell(at);
        let id = seen & mask;
        // SAFETY: `seen` was published in this array with its chunk (invariant 2).
        let entry = unsafe { Self::locate(root, id) };
        let pin = Pin::name(slot, entry, id);
        if S::CONCURRENT {
            record.light_barrier();
            if self.root.load(Acquire) != root.as_ptr() || cell.load(Acquire) != seen {
                return None;
            }
        }
        // Linked after it was named: what `pin` derefs to is initialised, and stays.
        is(&pin.key).then_some(pin)
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
        locked.inner.slots.unlink_all();
        let mut garbage = locked.garbage();
        drop(locked);
        // Nobody else can read any more.
        garbage.named = Some(Vec::new());
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
        let (chunk, at) = slots.place(id);
        let slot = record.free_slot();
        // Linked, so initialised. Whoever takes it out later has the lock later, and so sees the slot. The
        // arena outlives the pin.
        // SAFETY: in its chunk.
        let entry = unsafe { chunk.cast::<Entry<K, V>>().add(at) };
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
        let (chunk, at) = slots.place(id);
        // SAFETY: vacant, so nobody reads it and there is nothing to drop; in its chunk.
        unsafe {
            let entry = chunk.cast::<Entry<K, V>>().add(at).as_ptr();
            (&raw mut (*entry).key).write(key);
            (&raw mut (*entry).value).write(value);
        }
        begin(slots.any_meta(id), rest);
        self.inner.slots.link(id, hash, &self.arena.root);
        id
    }

    /// What was taken out, to be freed when the lock is.
    pub(crate) fn garbage(&mut self) -> Garbage<'a, K, V, S, T> {
        Garbage {
            arena: self.arena,
            waiting: std::mem::take(&mut self.inner.slots.retired),
            next: 0,
            kept: Vec::new(),
            named: None,
        }
    }
}

/// Entries that were taken out: when this is dropped, those are freed that nobody reads; the others go
/// back to wait. The lock must be free then, since destructors are user code.
#[must_use = "it is to be dropped when the lock is free"]
pub(crate) struct Garbage<'a, K, V, S: Scope, T> {
    arena: &'a Arena<K, V, S, T>,
    waiting: Vec<EntryId>,
    /// Those before are done with.
    next: usize,
    kept: Vec<EntryId>,
    named: Option<Vec<*mut u8>>,
}

impl<K, V, S: Scope, T> Garbage<'_, K, V, S, T> {
    fn free(&mut self) {
        /// Goes on after a destructor that panicked.
        struct Rest<'g, 'a, K, V, S: Scope, T>(&'g mut Garbage<'a, K, V, S, T>);
        impl<K, V, S: Scope, T> Drop for Rest<'_, '_, K, V, S, T> {
            fn drop(&mut self) {
                self.0.free();
            }
        }

        let Some(root) = NonNull::new(self.arena.root.load(Acquire)) else {
            return;
        };
        while let Some(id) = self.waiting.get_mut(self.next) {
            // SAFETY: what is retired was published.
            let entry = unsafe { Arena::<K, V, S, T>::locate(root, *id) };
            let address = entry.as_ptr().cast();
            let named = self.named.as_ref();
            if named.is_none_or(|named| named.binary_search(&address).is_ok()) {
                self.kept.push(std::mem::replace(id, EMPTY));
                self.next += 1;
                continue;
            }
            self.next += 1;
            let rest = Rest(self);
            // SAFETY: retired, and no reader names it, so nobody reads it; once, since `next` has passed it.
            unsafe { entry.drop_in_place() };
            std::mem::forget(rest);
        }
    }
}

impl<K, V, S: Scope, T> Drop for Garbage<'_, K, V, S, T> {
    fn drop(&mut self) {
        /// Gives the ids back, whether a destructor panicked or not.
        struct Back<'g, 'a, K, V, S: Scope, T>(&'g mut Garbage<'a, K, V, S, T>);
        impl<K, V, S: Scope, T> Drop for Back<'_, '_, K, V, S, T> {
            fn drop(&mut self) {
                let Garbage {
                    arena,
                    waiting,
                    kept,
                    ..
                } = &mut *self.0;
                arena.inner.lock().slots.take_back(waiting, kept);
            }
        }

        if self.waiting.is_empty() {
            return;
        }
        if self.named.is_none() {
            self.named = self.arena.scope.named();
        }
        Back(self).0.free();
    }
}

/// Ids, chunks and the index of one cache: what a writer needs, which knows no types.
pub(crate) struct Slots {
    shape: Shape,
    /// The newest one is current.
    arrays: Vec<NonNull<Array>>,
    chunks: Vec<NonNull<u8>>,
    /// The first id that was never used.
    next: EntryId,
    /// A chain of vacant ids, linked by their words; `EMPTY` at its end.
    vacant: EntryId,
    len: usize,
    /// How many entries were ever stored, but for numbers that end in 32 zeros.
    stored: u64,
    /// How many index slots, as a power of two, do for the entries expected.
    expected_bits: u32,
    retired: Vec<EntryId>,
}

// SAFETY: it owns what its pointers point to; keys and values, which may not go to other threads,
// are the arena's, which says so by its `PhantomData`.
unsafe impl Send for Slots {}

/// Slots of the smallest index, as a power of two.
const SMALLEST: u32 = if cfg!(loom) { 2 } else { 3 };

/// How many entries an array of so many slots may index. In a small one, which is cheap, most look-ups
/// should end where they begin: a branch that the processor doesn't foresee costs more than all else.
const fn most_entries(slots: usize) -> usize {
    if slots <= 1 << 14 {
        slots / 4
    } else {
        slots / 2
    }
}

impl Slots {
    pub(crate) fn new(shape: Shape) -> Self {
        Self {
            shape,
            arrays: Vec::new(),
            chunks: Vec::new(),
            next: 0,
            vacant: EMPTY,
            len: 0,
            stored: 0,
            expected_bits: 0,
            retired: Vec::new(),
        }
    }

    /// The index may grow in larger steps towards this number of entries.
    pub(crate) fn expect(&mut self, entries: usize) {
        let entries = entries.min(MAX_ENTRIES);
        let enough = |bits: &u32| most_entries(1 << bits) >= entries;
        self.expected_bits = (SMALLEST..u32::BITS - 1).find(enough).unwrap_or(SMALLEST);
    }

    /// Linked entries.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Entries that were taken out and wait to be freed.
    pub(crate) fn waiting(&self) -> usize {
        self.retired.len()
    }

    /// A linked entry without key and value.
    #[inline]
    pub(crate) fn meta(&self, id: EntryId) -> Option<Meta<'_>> {
        let meta = (id < self.next).then(|| self.any_meta(id));
        meta.filter(|meta| meta.seq() != 0)
    }

    /// When the last entry was stored.
    pub(crate) fn last_stored(&self) -> u64 {
        self.stored
    }

    /// When an entry was stored: its number among all, as long as it is one of the last 2³².
    pub(crate) fn stored(&self, meta: Meta<'_>) -> u64 {
        self.stored - u64::from((self.stored as u32).wrapping_sub(meta.seq()))
    }

    #[inline]
    fn place(&self, id: EntryId) -> (NonNull<u8>, usize) {
        let bits = self.shape.bits;
        let chunk = self.chunks[(id >> bits) as usize];
        (chunk, id as usize & ((1 << bits) - 1))
    }

    #[inline]
    fn any_meta(&self, id: EntryId) -> Meta<'_> {
        let (chunk, at) = self.place(id);
        let size = self.shape.entry.size();
        // SAFETY: in its chunk, whose headers are initialised, and which goes on behind its entries.
        let (header, words) = unsafe {
            let words = chunk.add(size << self.shape.bits).cast::<AtomicU64>();
            (
                chunk.add(at * size).cast::<Header>().as_ref(),
                words.add(at),
            )
        };
        Meta {
            header,
            words,
            shape: &self.shape,
        }
    }

    /// The linked entries' ids from this one on.
    pub(crate) fn linked_from(&self, id: EntryId) -> impl Iterator<Item = EntryId> + '_ {
        (id..self.next).filter(|id| self.meta(*id).is_some())
    }

    /// Is there a linked entry with this hash? May say so where there is none.
    pub(crate) fn may_have(&self, hash: u32) -> bool {
        let Some(array) = self.arrays.last() else {
            return false;
        };
        // SAFETY: invariant 1; every `at` is masked.
        unsafe {
            let mask = array.as_ref().mask;
            let mut at = hash & mask;
            loop {
                let seen = Array::slot(*array, at).as_ref().load_owned();
                if seen == EMPTY {
                    return false;
                }
                if (seen ^ hash) & !mask == 0 {
                    return true;
                }
                at = (at + 1) & mask;
            }
        }
    }

    /// Linked entries with this hash.
    pub(crate) fn with_hash(&self, hash: u32) -> impl Iterator<Item = EntryId> + '_ {
        let array = self.arrays.last().copied();
        let mut at = hash;
        std::iter::from_fn(move || {
            let array = array?;
            // SAFETY: invariant 1.
            let mask = unsafe { array.as_ref() }.mask;
            loop {
                // SAFETY: masked.
                let seen = unsafe { Array::slot(array, at & mask).as_ref() }.load_owned();
                at = at.wrapping_add(1);
                if seen == EMPTY {
                    return None;
                }
                if (seen ^ hash) & !mask == 0 && self.any_meta(seen & mask).hash() == hash {
                    return Some(seen & mask);
                }
            }
        })
    }

    /// An id that nobody has.
    fn vacate(&mut self) -> EntryId {
        if self.vacant != EMPTY {
            let id = self.vacant;
            self.vacant = self.any_meta(id).header.word.load(Relaxed) as EntryId;
            return id;
        }
        assert!(
            (self.next as usize) < 2 * MAX_ENTRIES,
            "more than 2³⁰ entries"
        );
        if self.next as usize >> self.shape.bits == self.chunks.len() {
            self.add_chunk();
        }
        self.next += 1;
        self.next - 1
    }

    fn add_chunk(&mut self) {
        let layout = self.shape.chunk();
        let words = usize::from(self.shape.width) << self.shape.bits;
        self.chunks.reserve(1);
        // SAFETY: the layout has a size, and all parts are in it.
        unsafe {
            let Some(chunk) = NonNull::new(alloc(layout)) else {
                handle_alloc_error(layout)
            };
            for at in 0..1 << self.shape.bits {
                let header = chunk.add(at * self.shape.entry.size()).cast::<Header>();
                header.write(Header {
                    word: AtomicU64::new(0),
                    hash: AtomicU32::new(0),
                    seq: AtomicU32::new(0),
                });
            }
            let columns = chunk.add(self.shape.entry.size() << self.shape.bits);
            for at in 0..words {
                columns.cast::<AtomicU64>().add(at).write(AtomicU64::new(0));
            }
            self.chunks.push(chunk);
        }
    }

    /// Publishes an entry that is written.
    fn link(&mut self, id: EntryId, hash: u32, root: &AtomicPtr<Array>) {
        self.stored += 1 + u64::from(self.stored as u32 == u32::MAX);
        let meta = self.any_meta(id);
        meta.header.hash.store(hash, Relaxed);
        meta.header.seq.store(self.stored as u32, Relaxed);
        let full = self.arrays.last().is_none_or(|array| {
            // SAFETY: invariant 1.
            let mask = unsafe { array.as_ref() }.mask;
            self.len + 1 > most_entries(mask as usize + 1) || id >= mask
        });
        if full {
            self.grow(root);
        }
        let (chunk, _) = self.place(id);
        if let Some(array) = self.arrays.last() {
            // SAFETY: the current array's table reaches as far as its ids.
            let cell = unsafe {
                array
                    .as_ref()
                    .chunks
                    .add((id >> self.shape.bits) as usize)
                    .as_ref()
            };
            // The id's Release comes after it.
            cell.store(chunk.as_ptr(), Relaxed);
            self.put(*array, hash, id);
        }
        self.len += 1;
    }

    /// Replaces the array by one that has room for one entry more, and for all ids.
    fn grow(&mut self, root: &AtomicPtr<Array>) {
        let mut bits = match self.arrays.last() {
            None => SMALLEST + (self.expected_bits.saturating_sub(SMALLEST) & 1),
            Some(array) => {
                // SAFETY: invariant 1.
                let bits = unsafe { array.as_ref() }.mask.count_ones();
                // In steps of four the old arrays are a third of the last one.
                bits + if bits + 2 <= self.expected_bits { 2 } else { 1 }
            }
        };
        while (1 << bits) - 1 < self.next {
            bits += 1;
        }
        let array = Array::new(bits, self.shape.bits);
        for (at, chunk) in self.chunks.iter().enumerate() {
            // SAFETY: the table reaches as far as the array's ids, and chunks as far as `next`.
            let cell = unsafe { array.as_ref().chunks.add(at).as_ref() };
            cell.store(chunk.as_ptr(), Relaxed);
        }
        if let Some(old) = self.arrays.last() {
            // SAFETY: invariant 1; `at` is at most the mask.
            for at in 0..=unsafe { old.as_ref() }.mask {
                // SAFETY: as above.
                let seen = unsafe { Array::slot(*old, at).as_ref() }.load_owned();
                if seen != EMPTY {
                    // SAFETY: as above.
                    let id = seen & unsafe { old.as_ref() }.mask;
                    self.put(array, self.any_meta(id).hash(), id);
                }
            }
        }
        self.arrays.push(array);
        root.store(array.as_ptr(), Release);
    }

    fn put(&self, array: NonNull<Array>, hash: u32, id: EntryId) {
        // SAFETY: an array of ours; `at` is masked.
        unsafe {
            let mask = array.as_ref().mask;
            let mut at = hash & mask;
            while Array::slot(array, at).as_ref().load_owned() != EMPTY {
                at = (at + 1) & mask;
            }
            let cell = Array::slot(array, at).as_ref();
            cell.store((hash & !mask) | id, Release);
        }
    }

    /// Takes an entry out of the index; it waits to be freed.
    pub(crate) fn unlink(&mut self, id: EntryId) {
        let Some((meta, array)) = self.meta(id).zip(self.arrays.last()) else {
            return;
        };
        meta.header.seq.store(0, Relaxed);
        // SAFETY: invariant 1; every `at` is masked.
        unsafe {
            let mask = array.as_ref().mask;
            let cell = |at| Array::slot(*array, at).as_ref();
            let mut hole = meta.hash() & mask;
            while cell(hole).load_owned() & mask != id {
                hole = (hole + 1) & mask;
            }
            let mut at = hole;
            loop {
                at = (at + 1) & mask;
                let moved = cell(at).load_owned();
                if moved == EMPTY {
                    break;
                }
                let home = self.any_meta(moved & mask).hash() & mask;
                // It may fill the hole unless its home lies behind it.
                if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                    cell(hole).store(moved, Release);
                    hole = at;
                }
            }
            cell(hole).store(EMPTY, Release);
        }
        self.len -= 1;
        self.retired.push(id);
    }

    /// Takes all entries out.
    pub(crate) fn unlink_all(&mut self) {
        let Some(array) = self.arrays.last() else {
            return;
        };
        for id in 0..self.next {
            let seq = &self.any_meta(id).header.seq;
            if seq.load(Relaxed) != 0 {
                seq.store(0, Relaxed);
                self.retired.push(id);
            }
        }
        // SAFETY: invariant 1; `at` is at most the mask.
        unsafe {
            for at in 0..=array.as_ref().mask {
                Array::slot(*array, at).as_ref().store(EMPTY, Release);
            }
        }
        self.len = 0;
    }

    /// Ids that were freed are vacant again (`EMPTY` stands for none); those that are kept wait on.
    fn take_back(&mut self, freed: &mut Vec<EntryId>, kept: &mut Vec<EntryId>) {
        for id in freed.drain(..).filter(|id| *id != EMPTY) {
            self.any_meta(id)
                .header
                .word
                .store(self.vacant.into(), Relaxed);
            self.vacant = id;
        }
        if self.retired.is_empty() {
            // Its memory is used again.
            std::mem::swap(&mut self.retired, freed);
        }
        self.retired.append(kept);
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        // SAFETY: nobody else can reach them any more; each was allocated with this layout. Keys and
        // values were dropped by the arena.
        unsafe {
            for array in self.arrays.drain(..) {
                let layout = array.as_ref().layout;
                dealloc(array.as_ptr().cast(), layout);
            }
            for chunk in self.chunks.drain(..) {
                dealloc(chunk.as_ptr(), self.shape.chunk());
            }
        }
    }
}
