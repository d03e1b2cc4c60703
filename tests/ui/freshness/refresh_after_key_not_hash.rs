// What can't be part of a key is said once, though `refresh_after` makes it again.
use memofn::memoize;

struct User(u32);

#[memoize(refresh_after = "1m")]
fn name(user: User, ids: &[&u32]) -> u32 {
    user.0 + ids.len() as u32
}

fn main() {
    name(User(3), &[]);
    name_cache_clear();
}
