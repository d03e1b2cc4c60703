// A boxed receiver is no key.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

impl Square {
    #[memoize]
    fn area(self: Box<Self>) -> u32 {
        self.0 * self.0
    }
}

fn main() {
    Box::new(Square(3)).area();
    Square::area_cache_clear();
}
