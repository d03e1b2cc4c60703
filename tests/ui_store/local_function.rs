// A local function's name is not enough: there may be another one.
use memofn::memoize;
use memofn::store::Memory;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

fn main() {
    #[memoize(store = STORE)]
    fn local(n: u64) -> u64 {
        n
    }
    local(1);
}
