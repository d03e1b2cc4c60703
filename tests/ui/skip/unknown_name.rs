// There is no argument of that name.
use memofn::memoize;

#[memoize(skip(verbos))]
fn square(n: u32, verbose: bool) -> u32 {
    if verbose {
        println!("{n}");
    }
    n * n
}

fn main() {
    square(3, true);
    square_uncached(3, true);
    square_cache_clear();
}
