// A `Cell` can't be read from two threads.
use memofn::memoize;
use std::cell::Cell;

#[memoize]
fn cell(n: u8) -> Cell<u8> {
    Cell::new(n)
}

fn main() {
    cell(1).get();
    cell_uncached(1).get();
    cell_cache_get(1);
    cell_cache_clear();
}
