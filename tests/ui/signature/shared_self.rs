// A receiver in an `Arc` is no key.
use memofn::memoize;
use std::sync::Arc;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

impl Square {
    #[memoize]
    fn area(self: Arc<Self>, n: u32) -> u32 {
        self.0 * n
    }
}

fn main() {
    Arc::new(Square(3)).area(2);
    Square::area_cache_clear();
}
