// A 'static reference can't be read back.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

#[memoize(store = STORE)]
fn name(day: u32) -> &'static str {
    if day == 0 { "a" } else { "b" }
}

fn main() {
    name(1);
}
