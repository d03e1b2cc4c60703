// Neither the key nor the value will do.
use memofn::memoize;

struct User(u32);
struct Answer(u32);

#[memoize]
fn answer(user: &User) -> Answer {
    Answer(user.0)
}

fn main() {
    assert_eq!(answer(&User(1)).0, 1);
    answer_uncached(&User(1));
    answer_cache_clear();
}
