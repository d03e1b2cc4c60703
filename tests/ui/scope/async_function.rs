// A future may go on in another thread.
use memofn::memoize;

#[memoize(scope = "thread")]
async fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    drop(square(3));
}
