// A later version memoizes `async` functions; this one doesn't. What awaits it must cause no second error.
use memofn::memoize;

#[memoize]
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
