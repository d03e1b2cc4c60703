// The same of a method's parameter.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Square(u32);

impl Square {
    #[memoize]
    fn area<T: std::hash::Hash + Eq + Clone>(&self, of: T) -> u32 {
        drop(of);
        self.0
    }
}

fn main() {
    Square(3).area('a');
    Square::area_cache_clear::<char>();
}
