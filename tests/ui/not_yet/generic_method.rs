// A later version memoizes generic methods; this one doesn't.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(usize);

impl Square {
    #[memoize]
    fn area<T>(&self) -> usize {
        self.0 * std::mem::size_of::<T>()
    }
}

fn main() {
    Square(3).area::<u8>();
}
