// So is a static.
use memofn::memoize;

#[memoize]
static ANSWER: u32 = 42;

fn main() {
    assert_eq!(ANSWER, 42);
}
