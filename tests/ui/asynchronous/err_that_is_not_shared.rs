// An `Err` that is stored is given to other threads; one that is not may be anything.
use memofn::memoize;
use std::rc::Rc;

#[memoize(err_ttl = "1s")]
async fn page(n: u32) -> Result<u32, Rc<str>> {
    Ok(n)
}

#[memoize]
async fn other(n: u32) -> Result<u32, Rc<str>> {
    Ok(n)
}

fn main() {
    drop(page(3));
    drop(other(3));
}
