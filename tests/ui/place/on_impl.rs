// The attribute goes on each method, not on the `impl`.
use memofn::memoize;

struct Shape;

#[memoize]
impl Shape {
    fn area(&self) -> u32 {
        4
    }
}

fn main() {
    Shape.area();
}
