// A 'static reference can't be read back.
use memofn::memoize;
use memofn::store::Memory;
use std::borrow::Cow;
use std::sync::LazyLock;

static STORE: LazyLock<Memory> = LazyLock::new(Memory::new);

#[memoize(store = STORE)]
fn name(day: u32) -> Vec<Option<&'static str>> {
    vec![if day == 0 { Some("a") } else { None }]
}

#[memoize(store = STORE)]
fn owned(day: u32) -> Cow<'static, str> {
    if day == 0 { "a".into() } else { "b".into() }
}

fn main() {
    name(1);
    owned(1);
}
