// The bound of `functools.lru_cache(maxsize=None)`, which is none: here nothing says so.
use memofn::memoize;

#[memoize(maxsize = None)]
fn square(n: u32) -> u32 {
    n * n
}

#[memoize(None)]
fn cube(n: u32) -> u32 {
    n * n * n
}

fn main() {
    square(3);
    square_cache_remove(3);
    cube(3);
    cube_cache_info();
}
