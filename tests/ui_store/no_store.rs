// A path to something else.
use memofn::memoize;

static NUMBER: u8 = 0;

#[memoize(store = NUMBER)]
fn f(n: u64) -> u64 {
    n
}

#[memoize(store = NUMBER)]
async fn g(n: u64) -> u64 {
    n
}

fn main() {
    f(1);
    let _ = g(1);
}
