// A future may go on in another thread.
use memofn::memoize;

#[memoize(scope = "thread")]
async fn square(n: u32) -> u32 {
    n * n
}

async fn user() -> u32 {
    square_cache_clear();
    square(3).await + square_uncached(3).await + square_cache_refresh(3).await
}

fn main() {
    drop(user());
}
