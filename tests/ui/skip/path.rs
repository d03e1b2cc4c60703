// A name, not a path.
use memofn::memoize;

#[memoize(skip(config.verbose))]
fn square(n: u32, config: u32) -> u32 {
    n * n + config
}

fn main() {
    square(3, 1);
    square_cache_clear();
}
