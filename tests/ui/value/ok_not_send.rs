// The same in a `Result` whose `Err` is not stored.
use memofn::memoize;
use std::rc::Rc;

#[memoize]
fn shared(n: u8) -> Result<Rc<u8>, String> {
    Ok(Rc::new(n))
}

fn main() {
    let _ = shared(1);
    shared_cache_clear();
}
