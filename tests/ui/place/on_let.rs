// A closure that has a name is no function either.
use memofn::memoize;

fn main() {
    #[memoize]
    let square = |n: u32| n * n;
    square(3);
}
