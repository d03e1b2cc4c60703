// A reference to what can't be made owned.
use memofn::memoize;

#[derive(PartialEq, Eq, Hash)]
struct User(u32);

#[memoize]
fn id(user: &User) -> u32 {
    user.0
}

fn main() {
    id(&User(1));
    id_cache_clear();
}
