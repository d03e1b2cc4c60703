// A closure is no item.
use memofn::memoize;

fn main() {
    let square = #[memoize]
    |n: u32| n * n;
    square(3);
}
