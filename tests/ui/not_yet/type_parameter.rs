// A later version memoizes generic functions; this one doesn't.
use memofn::memoize;

#[memoize]
fn size<T>(n: usize) -> usize {
    n * std::mem::size_of::<T>()
}

fn main() {
    size::<u8>(3);
    size_uncached::<u8>(3);
}
