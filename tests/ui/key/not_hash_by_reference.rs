// A reference to what can't be hashed.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq)]
struct User(u32);

#[memoize]
fn id(user: &User) -> u32 {
    user.0
}

fn main() {
    id(&User(1));
    id_cache_remove(&User(1));
}
