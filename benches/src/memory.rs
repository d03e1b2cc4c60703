//! Bytes per entry: what the allocator has handed out for a million entries `u64 → u64` and not got
//! back, as asked for, through the same functions as everywhere.

// A global allocator can't be written without it.
#![allow(unsafe_code)]

use crate::contenders::{Kind, Visitor, numbers};
use crate::figures::digits;
use crate::measure::progress;
use crate::results::{Cell, Results, reference};
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

pub(crate) const MEMORY: &str = "memory per entry";
const ENTRIES: u64 = 1_000_000;

/// Passes everything on to the system's allocator. It counts only while memory is measured: a
/// shared counter would be part of every measured miss.
struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static LIVE: AtomicI64 = AtomicI64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(more: usize, less: usize) {
    if ON.load(Ordering::Relaxed) {
        LIVE.fetch_add(more as i64 - less as i64, Ordering::Relaxed);
    }
}

// SAFETY: every method passes its arguments on to `System` and gives back what it gets.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller's promises are those `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: as above; `block` came from `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        // SAFETY: as above; `block` came from `System`.
        unsafe { System.realloc(block, layout, size) }
    }
}

/// Weighs all contenders, one after the other: bytes need no rounds.
pub(crate) fn measure(results: &mut Results) {
    let mut scale = Scale { cells: Vec::new() };
    numbers::million::visit(&mut scale);
    progress("");
    let first = results.cells.len();
    results.cells.append(&mut scale.cells);
    for cell in &results.cells[first..] {
        let ratio = results.ratio(cell).map(digits).unwrap_or_default();
        println!(
            "  {:42} {:9.1} B   {ratio:>6} × {}",
            cell.contender, cell.value, cell.reference
        );
    }
}

struct Scale {
    cells: Vec<Cell>,
}

impl Visitor<u64> for Scale {
    fn contender(
        &mut self,
        name: &'static str,
        kind: Kind,
        call: impl Fn(u64) -> u64 + Copy + Send + Sync + 'static,
    ) {
        progress(&format!("  {name}"));
        LIVE.store(0, Ordering::Relaxed);
        ON.store(true, Ordering::Relaxed);
        for key in 0..ENTRIES {
            black_box(call(key));
        }
        ON.store(false, Ordering::Relaxed);
        self.cells.push(Cell {
            work: MEMORY,
            contender: name,
            reference: reference(name, kind, true),
            value: LIVE.load(Ordering::Relaxed) as f64 / ENTRIES as f64,
        });
    }
}
