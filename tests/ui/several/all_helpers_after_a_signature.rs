// The same when the signature is refused.
use memofn::memoize;

#[memoize]
extern "C" fn square(n: u32) -> u32 {
    n * n
}

fn main() {
    let value: u32 = square(2) + square_uncached(2) + square_cache_refresh(2);
    let stored: Option<u32> = square_cache_get(2);
    let old: Option<u32> = square_cache_insert(2, value);
    let gone: Option<u32> = square_cache_remove(2);
    println!("{stored:?} {old:?} {gone:?} {}", square_cache_info());
    println!("{}", square_cache_parameters());
    square_cache_clear();
}
