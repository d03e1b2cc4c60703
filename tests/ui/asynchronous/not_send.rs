// A future is `Send` only when the body is: the error names what is not.
use memofn::memoize;
use std::rc::Rc;

async fn elsewhere() {}

#[memoize]
async fn count(n: u32) -> u32 {
    let rc = Rc::new(n);
    elsewhere().await;
    *rc
}

fn is_send(_: impl Send) {}

fn main() {
    is_send(count(1));
}
