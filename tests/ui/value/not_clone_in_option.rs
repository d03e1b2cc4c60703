// The same inside an `Option`.
use memofn::memoize;

struct Answer(u32);

#[memoize]
fn answer(n: u32) -> Option<Answer> {
    Some(Answer(n))
}

fn main() {
    assert_eq!(answer(1).map(|answer| answer.0), Some(1));
    answer_cache_clear();
}
