// After a mistake, what awaits the method and its helpers causes no second error.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

impl Square {
    #[memoize(ttl = 5)]
    async fn area<T: Clone>(&self, of: &[T]) -> u32 {
        self.0 * of.len() as u32
    }
}

async fn user() -> u32 {
    Square::area_cache_clear::<u8>();
    let square = Square(3);
    let gone = square.area_cache_remove(&[1]).or(square.area_cache_get(&[1]));
    square.area(&[1]).await + square.area_uncached(&[1]).await + square.area_cache_refresh(&[1]).await + gone.unwrap_or(0)
}

fn main() {
    drop(user());
}
