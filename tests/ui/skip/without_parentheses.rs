// `skip` takes its names in parentheses.
use memofn::memoize;

#[memoize(skip b)]
fn first(a: u32, b: u32) -> u32 {
    a + b
}

#[memoize(capacity = 2, skip = [a, b])]
fn one(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    first(1, 2);
    first_cache_clear();
    one(1, 2);
    one_cache_info();
}
