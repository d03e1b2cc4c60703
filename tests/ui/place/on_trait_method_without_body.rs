// A method without a body belongs in the trait; the attribute belongs on its implementation.
use memofn::memoize;

trait Area {
    #[memoize]
    fn area(&self, n: u32) -> u32;
}

impl Area for u32 {
    fn area(&self, n: u32) -> u32 {
        *self * n
    }
}

fn main() {
    3.area(2);
}
