//! How do I memoize a recursion?
//!
//! Put `#[memoize]` on it. The recursive calls go through the cache too, since they call the function by its name.

use memofn::memoize;

/// As in the documentation of Python's `functools.cache`. Without the attribute, `fib(90)` would take years.
#[memoize]
fn fib(n: u64) -> u64 {
    if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}

/// Two arguments: both are part of the key. In how many ways can one walk from one corner of a grid to the opposite
/// one, going only down and right?
#[memoize]
fn paths(rows: u32, columns: u32) -> u64 {
    if rows == 0 || columns == 0 {
        1
    } else {
        paths(rows - 1, columns) + paths(rows, columns - 1)
    }
}

fn main() {
    let numbers: Vec<u64> = (0..16).map(fib).collect();
    println!("fib(0..16) = {numbers:?}");
    // Python prints CacheInfo(hits=28, misses=16, maxsize=None, currsize=16) here.
    println!("             {}", fib_cache_info());
    println!("fib(90)    = {}", fib(90));

    println!("\npaths(16, 16) = {}", paths(16, 16));
    println!("                {}", paths_cache_info());

    // A cache saves computations, not stack: fib(1_000_000) would still nest a million calls the first time. Calling
    // with growing arguments keeps each call shallow:
    fib_cache_clear();
    for n in 0..90 {
        fib(n);
    }
    println!("\nfib(90) from the bottom up = {}", fib(90));

    // The body alone is still there. Only the outermost call goes past the cache, the inner ones call `fib`.
    println!("fib_uncached(90)           = {}", fib_uncached(90));
}
