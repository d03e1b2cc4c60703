// Without the scope an `Rc` can't be kept.
use memofn::memoize;
use std::rc::Rc;

#[memoize]
fn page(n: u32) -> Rc<str> {
    "a".into()
}

fn main() {
    page(3);
}
