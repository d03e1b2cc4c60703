//! Beside expressions, names of what doesn't borrow stand as they are.

use memofn::memoize;

#[memoize(key = (id + 1, name.to_owned(), kind))]
fn price(id: u64, name: &str, kind: &'static str) -> u64 {
    id + (name.len() + kind.len()) as u64
}

struct Shop {
    id: u64,
}

impl Shop {
    #[memoize(key = (self.id, n))]
    fn times(&self, n: u64) -> u64 {
        self.id * n
    }
}

pub(crate) fn main() {
    assert_eq!(price(1, "ab", "c"), 4);
    assert_eq!(price(1, "ab", "c"), 4);
    assert_eq!(price_cache_info().hits, 1);
    assert_eq!(Shop { id: 3 }.times(2), 6);
    assert_eq!(Shop { id: 3 }.times(2), 6);
    assert_eq!(Shop::times_cache_info().hits, 1);
}
