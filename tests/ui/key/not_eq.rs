// An argument that can't be compared in full.
use memofn::memoize;
use std::hash::{Hash, Hasher};

#[derive(Clone)]
struct User(u32);

impl Hash for User {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[memoize]
fn id(user: User) -> u32 {
    user.0
}

fn main() {
    id(User(1));
    id_cache_get(User(1));
}
