// What stands in an `Option` is kept like the rest; the mark is on the type as it is written.
use memofn::memoize;
use std::rc::Rc;

#[memoize]
fn both(a: u32, b: Option<Rc<u8>>) -> u32 {
    a + u32::from(*b.unwrap_or_default())
}

fn main() {
    both(1, None);
    both_cache_clear();
}
