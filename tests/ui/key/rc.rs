// An `Rc` can't be seen from another thread.
use memofn::memoize;
use std::rc::Rc;

#[memoize]
fn length(text: Rc<str>) -> usize {
    text.len()
}

fn main() {
    length(Rc::from("a"));
    length_uncached(Rc::from("a"));
    length_cache_get(Rc::from("a"));
}
