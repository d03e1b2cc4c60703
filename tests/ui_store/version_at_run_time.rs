// The version is part of the key, and of the source.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

const VERSION: u64 = 3;

#[memoize(store = STORE, version = VERSION)]
fn one(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, version = "2")]
fn two(n: u64) -> u64 {
    n
}

fn main() {
    println!("{}", VERSION + one(1) + two(1));
}
