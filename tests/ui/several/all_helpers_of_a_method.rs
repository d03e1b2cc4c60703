// The same for a method.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape(u32);

impl Shape {
    #[memoize(policy = "size")]
    fn area(&self, n: u32) -> u32 {
        self.0 * n
    }
}

fn main() {
    let shape = Shape(3);
    let value: u32 = shape.area(2) + shape.area_uncached(2) + shape.area_cache_refresh(2);
    let stored: Option<u32> = shape.area_cache_get(2);
    let old: Option<u32> = shape.area_cache_insert(2, value);
    let gone: Option<u32> = shape.area_cache_remove(2);
    println!("{stored:?} {old:?} {gone:?} {}", Shape::area_cache_info());
    println!("{}", Shape::area_cache_parameters());
    Shape::area_cache().clear();
    Shape::area_cache_clear();
}
