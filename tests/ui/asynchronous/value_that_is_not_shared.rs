// What is stored is given to other threads.
use memofn::memoize;
use std::rc::Rc;

#[memoize]
async fn page(n: u32) -> Rc<u32> {
    Rc::new(n)
}

fn main() {
    drop(page(3));
}
