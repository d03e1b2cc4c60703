//! How entries and the index lie in memory: what is allocated, and how its parts are reached.
//!
//! # Safety
//! * An [`Array`] is one allocation: header, slots, table of chunks, all of them written before anyone
//!   sees it. A chunk (see [`Chunks`]) is one allocation: entries, then columns; headers and columns are written
//!   before anyone sees it, keys and values belong to the arena.
//! * Whatever is asked for is masked or checked, so it lies in the allocation, except where a function
//!   is `unsafe` and says what it asks of the caller.
#![allow(unsafe_code)]

use crate::sync::{AtomicPtr, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
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
    pub(super) hash: AtomicU32,
    /// Tells an entry from a later one with the same id; 0 in what is not linked.
    pub(super) seq: AtomicU32,
}

#[repr(C)]
pub(crate) struct Entry<K, V> {
    pub(super) header: Header,
    pub(crate) key: K,
    pub(crate) value: V,
}

/// A further word of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// The end of its lifetime.
    Deadline,
    /// When it leaves, where that isn't the end of its lifetime.
    Gone,
    /// When it is to be computed again.
    RefreshAt,
    /// When it was last used, on the clock.
    UsedAt,
    /// As the weigher said.
    Weight,
    /// How often it was used.
    Count,
    /// Why it has left; 0 until then.
    Cause,
}

/// How entries are laid out in chunks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    entry: Layout,
    /// A chunk has 2 to the power of this entries.
    pub(super) bits: u32,
    /// The columns' places, by [`Column`]; `NONE` for those that aren't there.
    columns: [u8; COLUMNS],
    width: u8,
}

const NONE: u8 = u8::MAX;
const COLUMNS: usize = 7;

/// Entries per chunk, as a power of two: about 4 KiB of them.
pub(super) const fn chunk_bits(entry: usize) -> u32 {
    let mut bits = if cfg!(all(loom, test)) { 1 } else { 7 };
    while bits > 3 && entry << bits > 4096 {
        bits -= 1;
    }
    bits
}

impl Shape {
    pub(crate) fn new<K, V>(columns: &[Column]) -> Self {
        let mut places = [NONE; COLUMNS];
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
    /// Its word in the first column. Where there is no column, there need be no such place.
    words: *const AtomicU64,
    shape: &'e Shape,
}

impl<'e> Meta<'e> {
    pub(crate) fn hash(&self) -> u32 {
        self.header.hash.load(Relaxed)
    }

    pub(crate) fn seq(&self) -> u32 {
        self.header.seq.load(Relaxed)
    }

    /// What is known of this entry of a chunk of this shape.
    ///
    /// # Safety
    /// `entry` is the `at`-th of a chunk of this shape, which lives as long as `'e`, and has `K` and `V`.
    #[inline]
    pub(super) unsafe fn of<K, V>(
        entry: NonNull<Entry<K, V>>,
        at: usize,
        shape: &'e Shape,
    ) -> Self {
        let len = const { 1 << chunk_bits(size_of::<Entry<K, V>>()) };
        let chunk = entry.as_ptr().wrapping_sub(at);
        Self {
            // SAFETY: the caller's promise. The header is all atomics.
            header: unsafe { &(*entry.as_ptr()).header },
            words: chunk.wrapping_add(len).cast::<AtomicU64>().wrapping_add(at),
            shape,
        }
    }

    /// A further word, if entries of this cache have it.
    #[inline]
    pub(crate) fn column(&self, column: Column) -> Option<&'e AtomicU64> {
        let place = self.shape.columns[column as usize];
        if place == NONE {
            return None;
        }
        // SAFETY: in the chunk of this entry.
        Some(unsafe { &*self.words.add(usize::from(place) << self.shape.bits) })
    }

    /// A further word as it is now; 0 if entries of this cache don't have it.
    #[inline]
    pub(crate) fn get(&self, column: Column) -> u64 {
        self.column(column).map_or(0, |word| word.load(Relaxed))
    }
}

/// The blocks of entries of one cache.
pub(super) struct Chunks {
    pub(super) shape: Shape,
    blocks: Vec<NonNull<u8>>,
}

// SAFETY: it owns its memory. Keys and values, which may not go to other threads, are the arena's,
// which says so.
unsafe impl Send for Chunks {}

impl Chunks {
    pub(super) fn new(shape: Shape) -> Self {
        let blocks = Vec::new();
        Self { shape, blocks }
    }

    pub(super) fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Which of them has this entry.
    pub(super) fn of(&self, id: EntryId) -> usize {
        (id >> self.shape.bits) as usize
    }

    /// One more.
    pub(super) fn add(&mut self) {
        let shape = &self.shape;
        let layout = shape.chunk();
        self.blocks.reserve(1);
        // SAFETY: the layout has a size, and all parts are in it.
        unsafe {
            let Some(block) = NonNull::new(alloc(layout)) else {
                handle_alloc_error(layout)
            };
            for at in 0..1 << shape.bits {
                let header = block.add(at * shape.entry.size()).cast::<Header>();
                header.write(Header {
                    word: AtomicU64::new(0),
                    hash: AtomicU32::new(0),
                    seq: AtomicU32::new(0),
                });
            }
            let columns = block.add(shape.entry.size() << shape.bits);
            for at in 0..usize::from(shape.width) << shape.bits {
                columns.cast::<AtomicU64>().add(at).write(AtomicU64::new(0));
            }
            self.blocks.push(block);
        }
    }

    /// Where an entry is: its chunk, and its place there.
    #[inline]
    fn place(&self, id: EntryId) -> (NonNull<u8>, usize) {
        let at = id as usize & ((1 << self.shape.bits) - 1);
        (self.blocks[self.of(id)], at)
    }

    /// Where an entry is.
    #[inline]
    pub(super) fn entry<K, V>(&self, id: EntryId) -> NonNull<Entry<K, V>> {
        debug_assert_eq!(self.shape.entry, Layout::new::<Entry<K, V>>());
        let (block, at) = self.place(id);
        // SAFETY: masked.
        unsafe { block.cast::<Entry<K, V>>().add(at) }
    }

    /// What is known of an entry.
    #[inline]
    pub(super) fn meta(&self, id: EntryId) -> Meta<'_> {
        let ((block, at), size) = (self.place(id), self.shape.entry.size());
        let words = block.as_ptr().wrapping_add(size << self.shape.bits);
        Meta {
            // SAFETY: masked; headers are initialised.
            header: unsafe { block.add(at * size).cast::<Header>().as_ref() },
            words: words.cast::<AtomicU64>().wrapping_add(at).cast_const(),
            shape: &self.shape,
        }
    }
}

/// Keys and values are dropped before, by the arena.
impl Drop for Chunks {
    fn drop(&mut self) {
        for block in self.blocks.drain(..) {
            // SAFETY: allocated with this layout, and nobody else can reach it any more.
            unsafe { dealloc(block.as_ptr(), self.shape.chunk()) };
        }
    }
}

/// No entry.
pub(super) const EMPTY: u32 = u32::MAX;

/// One generation of the index. Its slots follow it in memory, then its table of chunks.
#[repr(C, align(64))]
pub(super) struct Array {
    pub(super) mask: u32,
    pub(super) chunks: NonNull<AtomicPtr<u8>>,
    table: usize,
    layout: Layout,
}

impl Array {
    /// # Safety
    /// `array` is alive, `at` at most its mask.
    #[inline]
    pub(super) unsafe fn cell(array: NonNull<Array>, at: u32) -> NonNull<AtomicU32> {
        // SAFETY: the slots begin behind the header, which is a multiple of their alignment.
        unsafe { array.add(1).cast::<AtomicU32>().add(at as usize) }
    }
}

/// An array that is owned.
pub(super) struct Index(NonNull<Array>);

// SAFETY: it owns its memory, which has ids and addresses only.
unsafe impl Send for Index {}

impl Index {
    /// An empty one of 2 to the power of `bits` slots.
    pub(super) fn new(bits: u32, shape: &Shape) -> Self {
        let len = 1_usize << bits;
        let table = (len >> shape.bits) + 1;
        let slots = Layout::array::<AtomicU32>(len).expect("2³¹ slots at most");
        let chunks = Layout::array::<AtomicPtr<u8>>(table).expect("fewer than slots");
        let (layout, _) = Layout::new::<Array>().extend(slots).expect("as above");
        let (layout, chunks_at) = layout.extend(chunks).expect("as above");
        // SAFETY: the layout has a size, and all parts are in it.
        unsafe {
            let Some(memory) = NonNull::new(alloc(layout)) else {
                handle_alloc_error(layout)
            };
            let array = memory.cast::<Array>();
            let chunks = memory.add(chunks_at).cast::<AtomicPtr<u8>>();
            array.write(Array {
                mask: (len - 1) as u32,
                chunks,
                table,
                layout,
            });
            for at in 0..len {
                Array::cell(array, at as u32).write(AtomicU32::new(EMPTY));
            }
            for at in 0..table {
                chunks.add(at).write(AtomicPtr::new(null_mut()));
            }
            Self(array)
        }
    }

    pub(super) fn as_ptr(&self) -> *mut Array {
        self.0.as_ptr()
    }

    #[inline]
    pub(super) fn mask(&self) -> u32 {
        // SAFETY: owned.
        unsafe { self.0.as_ref() }.mask
    }

    /// The slot at this place, modulo their number.
    #[inline]
    pub(super) fn cell(&self, at: u32) -> &AtomicU32 {
        // SAFETY: owned, and masked.
        unsafe { Array::cell(self.0, at & self.mask()).as_ref() }
    }

    /// Says where a chunk is.
    ///
    /// # Panics
    /// If the table doesn't reach as far.
    pub(super) fn set_chunk(&self, at: usize, chunks: &Chunks) {
        // SAFETY: owned, and checked.
        let cell = unsafe {
            let array = self.0.as_ref();
            assert!(at < array.table);
            array.chunks.add(at).as_ref()
        };
        cell.store(chunks.blocks[at].as_ptr(), Relaxed);
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout, and nobody else can reach it any more.
        unsafe {
            let layout = self.0.as_ref().layout;
            dealloc(self.0.as_ptr().cast(), layout);
        }
    }
}
