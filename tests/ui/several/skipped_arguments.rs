// The helpers leave out what `skip` names, also when another option is wrong.
use memofn::memoize;

#[memoize(skip(verbose), capcity = 2)]
fn square(n: u32, verbose: bool) -> u32 {
    if verbose {
        println!("{n}");
    }
    n * n
}

fn main() {
    let value: u32 = square(3, true) + square_uncached(3, true) + square_cache_refresh(3, true);
    square_cache_insert(3, value);
    square_cache_get(3);
    square_cache_remove(3);
}
