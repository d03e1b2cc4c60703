// A key is hashed.
use memofn::memoize;

#[derive(Clone)]
struct User(u32);

#[memoize]
async fn page(user: User) -> u32 {
    user.0
}

fn main() {
    drop(page(User(1)));
}
