// What `#[async_trait]` makes of an `async fn`.
use memofn::memoize;
use std::future::Future;
use std::pin::Pin;

#[memoize]
fn square<'life0, 'async_trait>(
    n: &'life0 u32,
) -> Pin<Box<dyn Future<Output = u32> + Send + 'async_trait>>
where
    'life0: 'async_trait,
{
    Box::pin(async move { n * n })
}

fn main() {
    drop(square(&3));
    square_cache_clear();
}
