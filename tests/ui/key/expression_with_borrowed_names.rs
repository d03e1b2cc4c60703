use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shop {
    id: u64,
}

#[memoize(key = (id + 1, name))]
fn price(id: u64, name: &str) -> u64 {
    id + name.len() as u64
}

#[memoize(key = ((tags, id), 1))]
fn tagged(id: u64, tags: Option<&str>) -> u64 {
    id + tags.map_or(0, str::len) as u64
}

impl Shop {
    #[memoize(key = self)]
    fn whole(&self) -> u64 {
        self.id
    }

    #[memoize(key = (self, n))]
    fn times(&self, n: u64) -> u64 {
        self.id * n
    }
}

fn main() {
    price(1, "a");
    tagged(1, None);
    let shop = Shop { id: 1 };
    shop.whole();
    shop.times(2);
}
