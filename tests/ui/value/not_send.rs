// An `Rc` can't go to another thread; an `Arc` can.
use memofn::memoize;
use std::rc::Rc;

#[memoize]
fn shared(n: u8) -> Rc<u8> {
    Rc::new(n)
}

fn main() {
    shared(1);
    shared_cache_insert(1, Rc::new(2));
}
