// What other processes find by its name needs one.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

struct Shape(u32);

impl Shape {
    #[memoize(store = STORE, key = self.0)]
    fn area(&self) -> u32 {
        self.0
    }
}

#[memoize(store = STORE)]
fn size<T>(n: u64) -> u64 {
    n * size_of::<T>() as u64
}

fn main() {
    Shape(1).area();
    size::<u8>(1);
}
