// What can change behind a shared reference is no key.
use memofn::memoize;
use std::cell::RefCell;

#[memoize]
fn read(cell: &RefCell<u32>) -> u32 {
    *cell.borrow()
}

fn main() {
    read(&RefCell::new(1));
    read_cache_clear();
}
