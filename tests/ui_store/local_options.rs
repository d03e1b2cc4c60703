// What `local` takes.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

#[memoize(store = STORE, local(capacity = 10, tti = "1m", size = 5))]
fn one(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, local(policy = "size"))]
fn two(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, local(policy = "unbounded", capacity = 3))]
fn three(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, ttl = "5s", local(ttl = "10s"))]
fn four(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, local = 5)]
fn five(n: u64) -> u64 {
    n
}

fn main() {
    println!("{}", one(1) + two(1) + three(1) + four(1) + five(1));
}
