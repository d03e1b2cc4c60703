// The leaf inside the `Option` is what is wrong.
use memofn::memoize;

#[derive(Clone, PartialEq)]
struct User(u32);

#[memoize]
fn id(user: Option<&User>) -> u32 {
    user.map_or(0, |user| user.0)
}

fn main() {
    id(Some(&User(1)));
    id_cache_clear();
}
