// Neither Hash nor Eq nor Clone: one error, not three.
use memofn::memoize;

struct User(u32);

#[memoize]
fn id(user: User, n: u32) -> u32 {
    user.0 + n
}

fn main() {
    id(User(1), 2);
    id_uncached(User(1), 2);
    id_cache_refresh(User(1), 2);
}
