// A key is hashed, in one thread too.
use memofn::memoize;
use std::rc::Rc;

#[derive(Clone)]
struct User(Rc<str>);

#[memoize(scope = "thread")]
fn page(user: User) -> Rc<str> {
    user.0
}

fn main() {
    page(User("a".into()));
}
