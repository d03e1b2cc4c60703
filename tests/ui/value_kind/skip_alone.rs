// `skip` needs the names of the arguments.
use memofn::memoize;

#[memoize(skip)]
fn sum(a: u32, b: u32) -> u32 {
    a + b
}

fn main() {
    sum(1, 2);
    sum_cache_info();
}
