// A type of one's own that is called `Result` has no `Err`.
use memofn::memoize;

mod exam {
    #[derive(Clone)]
    pub struct Result(pub u32);
}
use exam::Result;

#[memoize(cache_err)]
fn mark(n: u32) -> Result {
    Result(n)
}

fn main() {
    assert_eq!(mark(1).0, 1);
    mark_cache_clear();
}
