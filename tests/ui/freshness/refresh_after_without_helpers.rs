// With `helpers = false` the body of a method stands in the method, where nobody else can call it.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

trait Shape {
    fn area(&self) -> u32;
}

impl Shape for Square {
    #[memoize(refresh_after = "1m", helpers = false)]
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

fn main() {
    Square(3).area();
}
