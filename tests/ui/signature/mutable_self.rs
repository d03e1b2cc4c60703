// A hit would not change the receiver.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Counter(u32);

impl Counter {
    #[memoize]
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

fn main() {
    Counter(0).next();
    Counter(0).next_uncached();
    Counter::next_cache_clear();
}
