// The key has to be the same in every process.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

#[derive(Clone, Hash, PartialEq, Eq)]
struct User {
    id: u64,
}

#[memoize(store = STORE)]
fn visits(day: u32, user: &User) -> u64 {
    user.id + u64::from(day)
}

fn main() {
    visits(1, &User { id: 1 });
}
