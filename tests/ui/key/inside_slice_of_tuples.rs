// The leaf inside a slice of tuples is what is wrong.
use memofn::memoize;

#[derive(Clone, PartialEq)]
struct User(u32);

#[memoize]
fn total(users: &[(f64, User)]) -> f64 {
    users
        .iter()
        .map(|(factor, user)| factor * f64::from(user.0))
        .sum()
}

fn main() {
    total(&[(0.5, User(1))]);
    total_cache_info();
}
