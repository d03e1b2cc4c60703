// A pinned receiver is no key.
use memofn::memoize;
use std::pin::Pin;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

impl Square {
    #[memoize]
    fn area(self: Pin<&Self>) -> u32 {
        self.0 * self.0
    }
}

fn main() {
    Pin::new(&Square(3)).area();
    Square::area_cache_info();
}
