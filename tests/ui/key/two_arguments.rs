// Two arguments are wrong, each by itself.
use memofn::memoize;

#[derive(Clone)]
struct Left(u32);
#[derive(Clone)]
struct Right(u32);

#[memoize]
fn sum(left: &Left, right: Right) -> u32 {
    left.0 + right.0
}

fn main() {
    sum(&Left(1), Right(2));
    sum_cache_get(&Left(1), Right(2));
}
