// The receiver is part of the key. `key = …` comes first as the way out: with `skip(self)` all instances share.
use memofn::memoize;

struct Shape {
    sides: u32,
}

impl Shape {
    #[memoize]
    fn area(&self, n: u32) -> u32 {
        self.sides * n
    }
}

fn main() {
    let shape = Shape { sides: 3 };
    shape.area(2);
    shape.area_uncached(2);
    shape.area_cache_get(2);
    shape.area_cache_remove(2);
    Shape::area_cache_clear();
}
