// `self: &mut Self` is `&mut self`.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Counter(u32);

impl Counter {
    #[memoize]
    fn next(self: &mut Self) -> u32 {
        self.0 += 1;
        self.0
    }
}

fn main() {
    Counter(0).next();
    Counter::next_cache_info();
}
