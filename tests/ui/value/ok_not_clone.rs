// Of a `Result`, the `Ok` has to be `Clone`.
use memofn::memoize;

struct Answer(u32);

#[memoize]
fn answer(n: u32) -> Result<Answer, String> {
    Ok(Answer(n))
}

fn main() {
    assert_eq!(answer(1).map(|answer| answer.0), Ok(1));
    answer_cache_info();
}
