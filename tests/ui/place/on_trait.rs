// Nor on a whole trait.
use memofn::memoize;

#[memoize]
trait Area {
    fn area(&self) -> u32;
}

impl Area for u32 {
    fn area(&self) -> u32 {
        *self
    }
}

fn main() {
    3.area();
}
