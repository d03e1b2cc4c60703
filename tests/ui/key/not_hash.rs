// An argument that can't be hashed.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq)]
struct User(u32);

#[memoize]
fn id(user: User) -> u32 {
    user.0
}

fn main() {
    id(User(1));
    id_uncached(User(1));
    id_cache_get(User(1));
    id_cache_insert(User(1), 1);
    id_cache_remove(User(1));
    id_cache_refresh(User(1));
    id_cache_clear();
}
