// The same with full paths and no lifetimes.
use memofn::memoize;

#[memoize]
fn square(n: u32) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = u32> + Send>> {
    Box::pin(async move { n * n })
}

fn main() {
    drop(square(3));
    square_cache_info();
}
