// A value that can't be given to a second caller.
use memofn::memoize;

struct Answer(u32);

#[memoize]
fn answer(n: u32) -> Answer {
    Answer(n)
}

fn main() {
    assert_eq!(answer(1).0, 1);
    answer_uncached(1);
    answer_cache_get(1);
    answer_cache_insert(1, Answer(2));
    answer_cache_remove(1);
    answer_cache_refresh(1);
    answer_cache_clear();
    answer_cache_info();
    answer_cache_parameters();
}
