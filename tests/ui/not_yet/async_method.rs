// A later version memoizes `async` methods; this one doesn't.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

impl Square {
    #[memoize]
    async fn area(&self) -> u32 {
        self.0 * self.0
    }
}

async fn user() -> u32 {
    Square::area_cache_clear();
    Square(3).area().await
}

fn main() {
    drop(user());
}
