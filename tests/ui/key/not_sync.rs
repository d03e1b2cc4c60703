// A key that may be sent, but not shared.
use memofn::memoize;
use std::cell::Cell;
use std::marker::PhantomData;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Token(u32, PhantomData<Cell<u8>>);

#[memoize]
fn id(token: Token) -> u32 {
    token.0
}

fn main() {
    id(Token(1, PhantomData));
    id_cache_clear();
}
