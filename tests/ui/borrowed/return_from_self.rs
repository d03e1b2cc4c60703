// The value borrows from the receiver.
use memofn::memoize;

#[derive(Clone, PartialEq, Eq, Hash)]
struct User(String);

impl User {
    #[memoize]
    fn initial(&self) -> &str {
        &self.0[..1]
    }
}

fn main() {
    User("a".to_string()).initial();
    User::initial_cache_clear();
}
