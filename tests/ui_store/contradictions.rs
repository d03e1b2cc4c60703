// Options of memory have no place beside a store.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

#[memoize(store = STORE, capacity = 10, policy = "lru", tti = "1m")]
fn one(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, max_weight = "1MiB", weight = |_, _| 1, scope = "thread")]
fn two(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, ttl = "1m", refresh_after = "30s", on_evict = |_, _, _| ())]
fn three(n: u64) -> u64 {
    n
}

#[memoize(store = STORE, ttl = "1m", stale_if_error = "30s")]
fn four(n: u64) -> Result<u64, ()> {
    Ok(n)
}

fn main() {
    one(1);
    two(1);
    three(1);
    let _ = four(1);
}
